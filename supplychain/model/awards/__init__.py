"""Awards: bids side by side, and who gets how much, decided exactly once."""
