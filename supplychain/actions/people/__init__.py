"""Registering, signing in, colleagues and one's own account."""
