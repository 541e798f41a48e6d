"""The tables that come in and go out, and the files they came in."""
