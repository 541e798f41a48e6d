"""Who may do what: policies, sessions, guards, exactly-once keys, and refusals."""
