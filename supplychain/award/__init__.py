"""The optimiser: who gets how much of every line, under a buyer's rules, at the least cost."""
