"""Two files of one youth, and who takes part in which."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from pmg.cases.models import Case
from pmg.extensions import db
from pmg.merging import services
from pmg.merging.models import YouthMerge
from pmg.merging.rules import Field
from pmg.merging.services import Proposal
from tests import build
from tests.cast import Cast, Person

Browse = Callable[[Person], FlaskClient]
REASON = "De moeder zei aan de telefoon dat hij twee keer is aangemeld."
OTHER_BORN = date(2010, 4, 13)


@dataclass(frozen=True, slots=True)
class Files:
    """The file that stays and the other, both decided by Fatma and directed by Bas."""

    kept: UUID
    lost: UUID


@pytest.fixture
def two(cast: Cast, at_work: Any) -> Files:
    """Sanne works with the one, Jaap with the other; a slip in the name, and another day."""
    kept = build.a_case(cast, at_work, by="sanne")
    lost = build.a_case(
        cast,
        at_work,
        by="jaap",
        given_name="Yasin",
        family_name="Boer",
        birth_date=OTHER_BORN,
        area="Osdorp",
    )
    return Files(kept, lost)


def number_of(superuser: Engine, case_id: UUID) -> str:
    with superuser.connect() as connection:
        return str(
            connection.execute(
                text("SELECT number FROM case_file WHERE id = :id"), {"id": case_id}
            ).scalar_one()
        )


def proposed(kept: UUID, lost: UUID, taken: Any = ()) -> UUID:
    """Propose, as who is at work."""
    case, other = build.the_case(kept), build.the_case(lost)
    seen = services.side_by_side(case, other).seen
    return services.propose(case, other, Proposal(REASON, frozenset(taken), seen)).id


def the_merge(merge_id: UUID) -> YouthMerge:
    db.session.expire_all()
    return db.session.get_one(YouthMerge, ("GM0363", merge_id))


@pytest.fixture
def merged(cast: Cast, at_work: Any, two: Files) -> UUID:
    """Fatma proposed, Bas approved: the birth date of the other file is right."""
    return merge(cast, at_work, two.kept, two.lost, [Field.BIRTH_DATE])


def merge(cast: Cast, at_work: Any, kept: UUID, lost: UUID, taken: Any = ()) -> UUID:
    with at_work(cast.fatma):
        merge_id = proposed(kept, lost, taken)
    with at_work(cast.bas):
        services.approve(the_merge(merge_id))
    return merge_id


def undo(cast: Cast, at_work: Any, merge_id: UUID) -> None:
    with at_work(cast.bas):
        services.ask_undo(the_merge(merge_id), "Het blijken toch twee neven te zijn.")
    with at_work(cast.fatma):
        services.undo(the_merge(merge_id))


def who(case: Case) -> tuple[str, str, date, str | None]:
    """Who the youth of a case is, as its reader reads it."""
    youth = case.youth
    db.session.refresh(youth)
    return youth.given_name, youth.family_name, youth.birth_date, youth.area
