"""One machine as if it were many: servers, load, kills, and an independent reader."""
