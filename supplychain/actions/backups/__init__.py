"""Take backups, put them back, check them, carry an installation to another graph."""
