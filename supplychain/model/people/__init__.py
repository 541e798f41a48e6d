"""Users, what they may do for their firm, and how colleagues join it."""
