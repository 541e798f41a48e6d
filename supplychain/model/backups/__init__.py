"""Backups: what one says of itself, which are kept, and what must hold in a graph."""
