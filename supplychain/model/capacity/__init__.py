"""Capacity: what orders take of it, what open bids hold, what is posted as idle."""
