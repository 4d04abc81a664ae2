"""The steps that bootstrap.py takes, with nothing but Python's standard library.

`texts` is a tool of its own, for who changes a text.
"""
