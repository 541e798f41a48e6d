"""Accounts, colleagues and registration."""
