"""Ranking suppliers and inviting them."""
