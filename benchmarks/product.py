"""The product, as a worker of Gunicorn builds it."""

import os
from pathlib import Path

from flask import Flask

from config import Settings
from pmg.app import create_app


def create() -> Flask:
    """Build it from the variables that `Site.environment` gave."""
    settings = Settings.from_environment(os.environ, Path(os.environ["BENCH_INSTANCE"]))
    return create_app(settings)
