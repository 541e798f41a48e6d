"""One file, one command of ``supplychain``."""
