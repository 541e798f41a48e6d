"""Awards and award studies."""
