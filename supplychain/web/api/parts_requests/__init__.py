"""Parts requests and their files."""
