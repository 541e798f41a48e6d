"""Capabilities, standing prices and idle capacity."""
