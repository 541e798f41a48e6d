"""Users, their sessions and tokens, and invitations of colleagues."""
