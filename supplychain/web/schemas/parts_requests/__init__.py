"""Parts requests and what their lines require."""
