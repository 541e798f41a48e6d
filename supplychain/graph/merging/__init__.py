"""Taking a twin in: what forbids it, and how all that a firm has moves to another."""
