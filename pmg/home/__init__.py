"""Where a reader begins."""
