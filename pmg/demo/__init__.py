"""Demo data: believable, invented, and the same again for the same seed."""
