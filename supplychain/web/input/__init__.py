"""What comes in: forms, fields, bodies, versions and cursors."""
