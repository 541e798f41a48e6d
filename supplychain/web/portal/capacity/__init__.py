"""What we make, at which standing prices, and what is idle."""
