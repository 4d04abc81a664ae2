"""Definitions of reports."""
