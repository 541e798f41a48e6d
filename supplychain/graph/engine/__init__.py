"""The driver, the embedded server, transactions and the versioned schema."""
