"""Other ways to look at the same ranking: TOPSIS, weighted sum, Pareto front."""
