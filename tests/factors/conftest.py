"""A case with people of several organisations, and words to say about it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config import Settings
from pmg.factors import services
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.reference.factors import FACTORS
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork

TRUANCY, FRIENDS, ARRESTED, ADDICTION = (
    "R-SCH-VERZUIM",
    "P-VRI-PROSOC",
    "R-IND-DELICT",
    "R-IND-MIDDEL",
)
Observe = Callable[..., UUID]
Browse = Callable[[Person], FlaskClient]


@dataclass(frozen=True, slots=True)
class Table:
    """Who sits around a case beside the cast."""

    case_id: UUID
    school: Person
    care: Person


@pytest.fixture
def table(cast: Cast, at_work: AtWork, settings: Settings) -> Table:
    case_id = build.a_case(cast, at_work)
    school = acting.hire_partner(settings.owner_database_url, "noor", "SCHOOL")
    care = acting.hire_partner(settings.owner_database_url, "ruben", "GGZ")
    acting.join(cast, at_work, case_id, cast.karim, school, care)
    return Table(case_id, school, care)


def seen(code: str = TRUANCY, **given: Any) -> Observation:
    """An ordinary observation; what is given replaces a part of it."""
    return Observation(
        **{
            "factor": FACTORS[code],
            "presence": Presence.CLEAR,
            "nature": Nature.FACT,
            "source": Source.SEEN_MYSELF,
            "on": date(2026, 11, 20),
            "note": "",
        }
        | given
    )


@pytest.fixture
def observe(at_work: AtWork, table: Table) -> Observe:
    """Let someone say what he saw; returns the id of the observation."""

    def act(person: Person, code: str = TRUANCY, **given: Any) -> UUID:
        with at_work(person):
            case = build.the_case(table.case_id)
            return services.observe_factor(case, seen(code, **given), today=build.TODAY).id

    return act
