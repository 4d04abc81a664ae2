"""Writing without a network: what a device gets, what it may send, and how it forgets."""
