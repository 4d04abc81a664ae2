"""Figures from outside: published series beside the reports, never mixed with the casework."""
