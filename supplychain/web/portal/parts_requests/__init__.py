"""Parts requests, their files and their invitations."""
