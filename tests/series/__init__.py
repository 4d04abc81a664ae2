"""Figures from outside."""
