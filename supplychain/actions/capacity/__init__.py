"""What a firm can make, its standing prices and its idle capacity."""
