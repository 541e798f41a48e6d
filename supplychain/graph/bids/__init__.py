"""Bids, read for their bidder alone until the request is opened."""
