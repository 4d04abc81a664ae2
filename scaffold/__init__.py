"""The steps that bootstrap.py takes; they need nothing but Python's standard library."""
