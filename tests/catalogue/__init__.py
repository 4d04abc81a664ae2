"""The catalogue as a municipality keeps it."""
