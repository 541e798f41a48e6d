"""Asking for parts: from the draft to the opened bids."""
