"""Real purchases made public, as import tables."""
