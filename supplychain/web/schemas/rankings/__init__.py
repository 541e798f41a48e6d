"""Rankings, and how a supplier stands in one."""
