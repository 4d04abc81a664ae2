"""Providers: what they offer with how many places, and what is referred to them."""
