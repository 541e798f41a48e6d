"""The portal's pages and the API."""
