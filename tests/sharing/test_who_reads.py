"""Who reads which item, whatever was decided: the product beside a model written apart from it.

The model knows no policy table and no SQL: it is the agreement with the partners, in a few lines.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from pmg.extensions import db
from pmg.factors import queries as factors
from pmg.journal import queries as journal
from pmg.security.policy import Role
from pmg.sharing import queries as sharing
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.sharing.conftest import Table, arrest_of, note_of

NAMES = ("sanne", "bas", "fatma", "karim", "care", "school", "prosecutor")
# Whom a share can reach, in the words of the agreement with the partners.
REACHED = {
    "note": {"bas", "fatma", "care"},
    "arrest": {"bas", "fatma", "prosecutor"},
}
SOURCE = {"note": "sanne", "arrest": "karim"}


@dataclass
class Model:
    """What should hold: who sits, and what is shared with whom now."""

    seated: set[str] = field(default_factory=lambda: set(NAMES))
    shared: set[tuple[str, str]] = field(default_factory=set)

    def reads(self, name: str, item: str) -> bool:
        return name in self.seated and (SOURCE[item] == name or (item, name) in self.shared)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["share", "share", "withdraw", "lapse", "leave", "return"]),
        st.sampled_from(["note", "arrest"]),
        st.sampled_from(NAMES),
    ),
    max_size=7,
)


def _person(cast: Cast, table: Table, name: str) -> Person:
    found: Person = getattr(table, name, None) or getattr(cast, name)
    return found


@pytest.mark.usefixtures("app")
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_the_product_opens_what_the_model_opens(
    at_work: AtWork, cast: Cast, table: Table, superuser: Engine, steps: list[tuple[str, str, str]]
) -> None:
    model = Model()
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM share"))
        connection.execute(text("UPDATE case_member SET valid_until = NULL"))
    for act, item, name in steps:
        _do(act, item, name, model, at_work, cast, table, superuser)
    for name in NAMES:
        with at_work(_person(cast, table, name)):
            found = _read(table)
        wanted = {item for item in ("note", "arrest") if model.reads(name, item)}
        assert found == wanted, (name, steps)


def _read(table: Table) -> set[str]:
    """What who is at work reads through every way in: rows, queries, and the page of sharing."""
    if db.session.execute(text("SELECT count(*) FROM case_file")).scalar_one() == 0:
        return set()
    case = build.the_case(table.case_id)
    ids = {table.note: "note", table.arrest: "arrest"}
    read = {ids[note.id] for note in journal.journal(case).notes}
    read |= {ids[seen.id] for seen in factors.course(case)}
    rows = db.session.execute(
        text("SELECT id FROM journal_entry UNION SELECT id FROM factor_observation")
    ).scalars()
    assert {ids[id_] for id_ in rows} == read
    told = {ids[line.item_id] for line in sharing.lines(case)}
    assert told <= read
    return read


def _do(
    act: str,
    item: str,
    name: str,
    model: Model,
    at_work: Any,
    cast: Cast,
    table: Table,
    superuser: Engine,
) -> None:
    person, source = _person(cast, table, name), SOURCE[item]
    statements = {
        "withdraw": "UPDATE share SET ended_at = now() WHERE organisation_id = :org"
        " AND item_id = :item",
        "lapse": "UPDATE share SET since = now() - interval '2 day', until = now()"
        " WHERE organisation_id = :org AND item_id = :item",
        "leave": "UPDATE case_member SET valid_until = now() WHERE user_id = :user",
        "return": "UPDATE case_member SET valid_until = NULL WHERE user_id = :user",
    }
    if act == "share":
        can = {name, source} <= model.seated and name in REACHED[item]
        if not can or (item, name) in model.shared:
            return
        with at_work(_person(cast, table, source)):
            row = note_of(table) if item == "note" else arrest_of(table)
            build.share(row, person.organisation_id)
        model.shared.add((item, name))
        return
    with superuser.begin() as connection:
        given = {"org": person.organisation_id, "item": getattr(table, item), "user": person.id}
        connection.execute(text(statements[act]), given)
    if act in {"withdraw", "lapse"}:
        model.shared.discard((item, name))
    elif act == "leave":
        model.seated.discard(name)
    else:
        model.seated.add(name)


def test_every_seat_of_the_model_is_one_of_the_case(cast: Cast, table: Table) -> None:
    roles = {_person(cast, table, name).role for name in NAMES}
    assert roles == {Role.YOUTH_WORKER, Role.CASE_DIRECTOR, Role.PROCESS_DIRECTOR, Role.PARTNER}
