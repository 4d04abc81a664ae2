"""Share decisions, the agreements they rest on, and the question whether a youth is known."""
