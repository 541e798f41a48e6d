"""Orders and shares: accepting, shipping, receiving, and what follows from it."""
