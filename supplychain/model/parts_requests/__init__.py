"""Parts requests (RFQs) with lines, what a line requires, and the files beside them."""
