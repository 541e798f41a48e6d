"""Engines for large awards: relaxations, neighbourhoods, and searches that prove."""
