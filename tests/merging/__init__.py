"""Two files of one youth."""
