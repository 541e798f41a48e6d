"""Orders and shares, and what is shipped and received of them."""
