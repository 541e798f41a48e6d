"""Parts requests, what goes on around them, their files and invitations."""
