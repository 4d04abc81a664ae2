"""A browser, one file per persona."""
