"""People and organisations: signing in, sessions, the list of accounts."""
