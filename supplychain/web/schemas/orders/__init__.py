"""Orders, shares, shipments and receipts."""
