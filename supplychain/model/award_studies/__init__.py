"""Award studies: ways to split an opened request, worked out side by side."""
