"""Celery: each task is a call to one action."""
