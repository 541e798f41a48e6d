"""Tables in and out: read, check, compare, write; export; what a firm uploads."""
