"""Case meetings: prepare, run together, close, and take along; each reads only his own items."""
