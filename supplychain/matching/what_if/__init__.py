"""What would change a ranking: facts, weights, and what is not known."""
