"""Firms that can make together what none can make alone."""
