"""Workbooks that leave: a bid to be filled in, a comparison, orders; and a bid that comes back."""
