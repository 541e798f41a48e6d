"""Signing in, registering, colleagues and one's own account."""
