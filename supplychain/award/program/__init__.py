"""An award problem as a mixed-integer program."""
