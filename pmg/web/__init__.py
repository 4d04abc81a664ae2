"""Knows HTTP: every page goes through here."""
