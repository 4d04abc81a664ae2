"""Ratios measured side by side in one run: what the product costs beside its peers."""
