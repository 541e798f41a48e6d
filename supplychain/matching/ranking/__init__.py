"""The order of a line's suppliers, and why each stands where it stands."""
