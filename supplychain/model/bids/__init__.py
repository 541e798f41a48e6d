"""Bids: lines with prices by quantity, what they come to, and the rules a bid must keep."""
