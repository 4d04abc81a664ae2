"""Verbs of interventions."""


def listen() -> None:
    """Follow what happens to a case."""
