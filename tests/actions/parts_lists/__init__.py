"""Parts lists."""
