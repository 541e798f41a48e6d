"""What a ranking is made from, and rankings as they are kept."""
