"""Comparisons, awards and award studies."""
