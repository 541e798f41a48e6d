"""Networks to try the product on: an invented equipment chain, and real purchases made public."""
