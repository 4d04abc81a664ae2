"""A small demo in the databases of the tests."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from config import Settings
from pmg.demo.loading import Plan, load
from pmg.demo.stores import Stores
from pmg.serve import name_municipalities
from tests.cast import Cast

TODAY = date(2026, 11, 23)
Load = Callable[[Plan], None]


@pytest.fixture
def stores(app: Flask, settings: Settings) -> Stores:
    name_municipalities(settings.owner_database_url)
    return Stores(
        owner_url=settings.owner_database_url,
        keystore_owner_url=settings.keystore_owner_url,
        root_key=settings.root_key,
        index_key=settings.index_key,
    )


@pytest.fixture
def fill(stores: Stores, cast: Cast) -> Load:
    """Load a demo; tests of progress hand in their own counter."""
    return lambda plan: load(stores, plan, lambda _added: None)
