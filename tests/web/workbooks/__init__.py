"""Workbooks of bids, comparisons and orders."""
