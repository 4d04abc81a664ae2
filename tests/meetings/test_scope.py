"""Who sees what, against a model that was written apart from the rules and from the database."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from pmg.errors import Invalid
from pmg.extensions import db
from pmg.meetings import contributing, rules
from pmg.meetings.answers import Shared
from pmg.meetings.item_models import AgendaItem, ItemContribution
from pmg.meetings.rules import ItemState, Place, Reach, Scope
from pmg.security.policy import Category
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import Others, Prepared, a_series, an_item, the_item

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORGANISATIONS = [uuid4() for _each in range(3)]
PEOPLE = [uuid4() for _each in range(3)]
places = st.builds(
    Place,
    user_id=st.sampled_from(PEOPLE),
    organisation_id=st.sampled_from(ORGANISATIONS),
    is_member=st.booleans(),
    is_chair=st.booleans(),
    is_proposer=st.booleans(),
    is_invited=st.booleans(),
    has_conflict=st.booleans(),
    has_brought=st.booleans(),
)
states = st.sampled_from(ItemState)
reaches = st.builds(
    Reach,
    organisation_id=st.sampled_from(ORGANISATIONS),
    readers=st.frozensets(st.sampled_from(ORGANISATIONS)),
    chairs=st.frozensets(st.sampled_from(PEOPLE)),
)


def model_sees(place: Place, state: ItemState) -> bool:
    """In words: the reasons for which an item stays closed, one by one."""
    closed = [
        not place.is_member,
        place.has_conflict,
        not (place.is_chair or place.is_proposer) and not place.is_invited,
        not (place.is_chair or place.is_proposer or place.has_brought)
        and state.value in {"voorgesteld", "niet_geagendeerd"},
    ]
    return not any(closed)


def model_reads(place: Place, state: ItemState, reach: Reach) -> bool:
    """In sets: as what somebody is there, and as what it was written for.

    An organisation reads its own. Who is invited reads as his organisation, if it was written for
    that. Who leads reads as himself, if it was written for him. To propose an item gives nothing.
    """
    me: set[object] = {("of", place.organisation_id)}
    if place.is_invited:
        me.add(("invited for", place.organisation_id))
    if place.is_chair:
        me.add(("leads", place.user_id))
    meant: set[object] = {("of", reach.organisation_id)}
    meant |= {("invited for", one) for one in reach.readers}
    meant |= {("leads", one) for one in reach.chairs}
    return model_sees(place, state) and bool(me & meant)


@unhurried
@given(places, states, reaches)
def test_the_rules_say_what_the_model_says(place: Place, state: ItemState, reach: Reach) -> None:
    assert rules.sees_item(place, state) is model_sees(place, state)
    assert rules.reads(place, state, reach) is model_reads(place, state, reach)


@unhurried
@given(places, states, reaches)
def test_nothing_is_read_at_an_item_that_is_closed(
    place: Place, state: ItemState, reach: Reach
) -> None:
    if not rules.sees_item(place, state):
        assert not rules.reads(place, state, reach)


@dataclass(frozen=True, slots=True)
class World:
    """What is set in the database for one example."""

    invited: frozenset[str]
    left: frozenset[str]
    conflicted: frozenset[str]
    state: ItemState
    source: str
    readers: frozenset[str]
    chairs: frozenset[str]


NAMES = ("sanne", "karim", "bas", "fatma")
some = st.frozensets(st.sampled_from(NAMES))
worlds = st.builds(
    World,
    invited=some,
    left=st.frozensets(st.sampled_from(NAMES), max_size=1),
    conflicted=st.frozensets(st.sampled_from(NAMES), max_size=2),
    state=states,
    source=st.sampled_from(NAMES),
    readers=some,
    chairs=some,
)


def test_row_security_says_what_the_rules_say(
    cast: Cast, at_work: AtWork, superuser: Engine
) -> None:
    case_id, meeting_id = build.a_case(cast, at_work), a_series(cast, at_work)
    acting.join(cast, at_work, case_id, cast.karim)
    item_id = an_item(cast, at_work, case_id, meeting_id)
    with at_work(cast.fatma):
        item = the_item(item_id)
        youth_id, sealed = item.youth_id, bytes(item.question_sealed)
    people = {name: getattr(cast, name) for name in NAMES}

    def place_of(name: str, world: World) -> Place:
        person: Person = people[name]
        return Place(
            person.id,
            person.organisation_id,
            is_member=name not in world.left,
            is_chair=name == "fatma",
            is_proposer=name == "sanne",
            is_invited=name in world.invited,
            has_conflict=name in world.conflicted,
            has_brought=person.organisation_id == people[world.source].organisation_id,
        )

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(worlds)
    def compare(world: World) -> None:
        given = {"case": case_id, "youth": youth_id, "item": item_id, "sealed": sealed}
        _set(superuser, world, people, given)
        reach = Reach(
            people[world.source].organisation_id,
            frozenset(people[name].organisation_id for name in world.readers),
            frozenset(people[name].id for name in world.chairs),
        )
        for name, person in people.items():
            place = place_of(name, world)
            with at_work(person):
                items = db.session.scalars(select(AgendaItem.id)).all()
                rows = db.session.scalars(select(ItemContribution.id)).all()
            assert bool(items) is rules.sees_item(place, world.state), name
            assert bool(rows) is rules.reads(place, world.state, reach), name

    compare()


def _set(
    superuser: Engine, world: World, people: dict[str, Person], given: dict[str, object]
) -> None:
    """Write a world in the tables, as their thief could: no rule is asked."""
    with superuser.begin() as connection:

        def run(sql: str, **more: object) -> None:
            connection.execute(text(sql), given | more)

        for table in ("item_invitee", "item_conflict", "item_contribution"):
            run(f"DELETE FROM {table}")
        declined = ":sealed" if world.state is ItemState.DECLINED else "NULL"
        run(
            f"UPDATE agenda_item SET state = :state, declined_sealed = {declined}",
            state=world.state.value,
        )
        run("UPDATE case_member SET valid_until = NULL WHERE case_id = :case")
        for name in world.left:
            run(
                "UPDATE case_member SET valid_until = valid_from"
                " WHERE case_id = :case AND user_id = :user",
                user=people[name].id,
            )
        for name in world.invited:
            run(
                "INSERT INTO item_invitee (municipality_id, id, case_id, youth_id, item_id,"
                " user_id, organisation_id) VALUES ('GM0363', gen_random_uuid(), :case, :youth,"
                " :item, :user, :organisation)",
                user=people[name].id,
                organisation=people[name].organisation_id,
            )
        for name in world.conflicted:
            run(
                "INSERT INTO item_conflict (municipality_id, id, case_id, youth_id, item_id,"
                " user_id, at) VALUES ('GM0363', gen_random_uuid(), :case, :youth, :item, :user,"
                " now())",
                user=people[name].id,
            )
        run(
            "INSERT INTO item_contribution (municipality_id, id, case_id, youth_id, item_id,"
            " organisation_id, by_id, category, scope, reader_ids, chair_ids, basis, is_needed,"
            " words_sealed, at, version) VALUES ('GM0363', gen_random_uuid(), :case, :youth, :item,"
            " :organisation, :user, 'plan', 'overleg', CAST(:readers AS uuid[]),"
            " CAST(:chairs AS uuid[]), 'OPENBARE-ORDE', true, :sealed, now(), 1)",
            organisation=people[world.source].organisation_id,
            user=people[world.source].id,
            readers=[people[name].organisation_id for name in sorted(world.readers)],
            chairs=[people[name].id for name in sorted(world.chairs)],
        )


# What happens at an item, one thing after another, each with whom or what it is about.
EVERYBODY = ("sanne", "karim", "bas", "fatma", "kim", "noor", "dirk")
anybody = st.sampled_from(EVERYBODY)
steps = st.one_of(
    st.tuples(st.just("invite"), anybody),
    st.tuples(st.just("take off"), st.sampled_from([who for who in EVERYBODY if who != "karim"])),
    st.tuples(st.just("deputy"), st.sampled_from(["bas", "dirk", "noor", ""])),
    st.tuples(st.just("move"), st.sampled_from(["fatma", "dirk"])),
    st.tuples(st.just("bring"), st.sampled_from([each.value for each in Scope])),
    st.tuples(st.just("correct"), st.just("")),
    st.tuples(st.just("widen"), anybody),
)


@dataclass
class Told:
    """One contribution of Karim, in the model: its scope, and whom it was written for."""

    scope: str
    organisations: set[UUID]
    chairs: set[UUID]


class History:
    """The model: who is there now, and what was said to whom. It knows no table and no rule."""

    def __init__(self, people: dict[str, Person]) -> None:
        self.people = people
        self.invited, self.chair, self.deputy = {"sanne", "karim"}, "fatma", ""
        self.told: list[Told] = []

    @property
    def leading(self) -> set[str]:
        return {self.chair, self.deputy} - {""}

    def guests(self) -> set[UUID]:
        """The organisations of who is invited, but for that of Karim himself."""
        us = self.people["karim"].organisation_id
        return {self.people[name].organisation_id for name in self.invited} - {us}

    def bring(self, scope: str) -> None:
        chairs = {self.people[name].id for name in self.leading}
        school = self.people["noor"].organisation_id
        self.told.append(
            {
                "overleg": Told(scope, self.guests(), chairs),
                "partners": Told(scope, {school}, set()),
                "voorzitter": Told(scope, set(), chairs),
            }[scope]
        )

    def door(self, name: str, told: Told) -> UUID | None:
        """As what Karim can let somebody in who does not read it; None where he cannot."""
        if self.reads(name, told) or told.scope == "partners":
            return None
        if told.scope == "overleg" and name in self.invited:
            return self.people[name].organisation_id
        return self.people[name].id if name in self.leading else None

    def widen(self, told: Told, to: UUID) -> None:
        is_person = to in {one.id for one in self.people.values()}
        (told.chairs if is_person else told.organisations).add(to)

    def reads(self, name: str, told: Told) -> bool:
        """For whom it was written, of who is still there; and the police its own."""
        person = self.people[name]
        if name not in self.invited | self.leading | {"sanne"}:
            return False
        return (
            person.organisation_id == self.people["karim"].organisation_id
            or (name in self.invited and person.organisation_id in told.organisations)
            or (name in self.leading and person.id in told.chairs)
        )


def test_nobody_comes_to_read_a_contribution_without_its_source(
    cast: Cast, at_work: AtWork, superuser: Engine, prepared: Prepared, others: Others
) -> None:
    """Inviting later, taking off, another deputy and another day: by the tables themselves."""
    people = {name: getattr(others, name, None) or getattr(cast, name) for name in EVERYBODY}
    days = {"fatma": prepared.meeting_id, "dirk": a_series(cast, at_work)}
    tables = Tables(superuser, prepared, people, days)

    @settings(
        max_examples=40,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(steps, min_size=2, max_size=8))
    @example([("bring", "overleg"), ("invite", "noor"), ("correct", "")])
    @example([("bring", "overleg"), ("invite", "noor"), ("widen", "noor"), ("take off", "sanne")])
    @example([("bring", "overleg"), ("deputy", "dirk"), ("bring", "voorzitter")])
    @example([("bring", "voorzitter"), ("deputy", "dirk"), ("widen", "dirk"), ("move", "dirk")])
    @example([("bring", "overleg"), ("move", "dirk"), ("invite", "dirk"), ("move", "fatma")])
    @example([("invite", "noor"), ("bring", "partners"), ("take off", "noor"), ("invite", "bas")])
    @example([("invite", "kim"), ("take off", "sanne"), ("bring", "overleg")])
    def compare(given: list[tuple[str, str]]) -> None:
        tables.reset()
        history, rows = History(people), list[UUID]()
        for what, about in given:
            if what in {"bring", "correct", "widen"}:
                with at_work(cast.karim):
                    _say(what, about, history, rows, prepared.item_id)
            else:
                tables.change(what, about, history)
        for name, person in people.items():
            with at_work(person):
                found = set(db.session.scalars(select(ItemContribution.id)))
            meant = zip(rows, history.told, strict=True)
            assert found == {row for row, told in meant if history.reads(name, told)}, name

    compare()


def _say(what: str, about: str, history: History, rows: list[UUID], item_id: UUID) -> None:
    """What Karim does himself, by the verbs; the model does it too, or they refuse him."""
    school = history.people["noor"].organisation_id
    words = f"Hij was er weer op dag {len(rows)}."
    if what == "bring":
        if about == "partners" and "noor" not in history.invited:
            return
        shared = Shared(words, Category.PLAN, Scope(about), (school,), "OPENBARE-ORDE", True)
        rows.append(contributing.contribute(the_item(item_id), shared).id)
        history.bring(about)
        return
    if not rows:
        return
    row, told = db.session.get_one(ItemContribution, ("GM0363", rows[-1])), history.told[-1]
    if what == "correct":
        if told.scope != "partners" or "noor" in history.invited:
            said = ("OPENBARE-ORDE", True, row.version)
            shared = Shared(words, Category.PLAN, Scope(told.scope), (school,), *said)
            contributing.correct_contribution(row, shared)
        return
    to = history.door(about, told)
    if to is None:
        with pytest.raises(Invalid):
            contributing.widen_contribution(row, history.people[about].id, row.version)
        return
    contributing.widen_contribution(row, to, row.version)
    history.widen(told, to)


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables as who leads could have them changed by any page there is or will be."""

    superuser: Engine
    at: Prepared
    people: dict[str, Person]
    days: dict[str, UUID]

    def run(self, *statements: str, **more: object) -> None:
        given = {"item": self.at.item_id, "case": self.at.case_id, **more}
        with self.superuser.begin() as connection:
            for sql in statements:
                connection.execute(text(sql), given)

    def reset(self) -> None:
        """Sanne and Karim are invited, and Fatma leads."""
        self.run(
            "DELETE FROM item_contribution",
            "DELETE FROM item_invitee",
            "UPDATE meeting SET deputy_id = NULL",
            "UPDATE agenda_item SET meeting_id = :day",
            "UPDATE meeting SET chair_id = :dirk WHERE id = :other",
            day=self.days["fatma"],
            dirk=self.people["dirk"].id,
            other=self.days["dirk"],
        )
        for name in ("sanne", "karim"):
            self.invite(name)

    def change(self, what: str, about: str, history: History) -> None:
        if what == "invite":
            self.invite(about)
            history.invited |= {about}
        elif what == "take off":
            self.run("DELETE FROM item_invitee WHERE user_id = :who", who=self.people[about].id)
            history.invited -= {about}
        elif what == "deputy" and about != history.chair:
            who = self.people[about].id if about else None
            self.run(
                "UPDATE meeting m SET deputy_id = :who FROM agenda_item i"
                " WHERE i.id = :item AND m.id = i.meeting_id",
                who=who,
            )
            history.deputy = about
        elif what == "move":
            self.run("UPDATE meeting SET deputy_id = NULL")
            self.run("UPDATE agenda_item SET meeting_id = :day", day=self.days[about])
            history.chair, history.deputy = about, ""

    def invite(self, name: str) -> None:
        who = self.people[name]
        self.run(
            "INSERT INTO item_invitee (municipality_id, id, case_id, youth_id, item_id, user_id,"
            " organisation_id) SELECT i.municipality_id, gen_random_uuid(), i.case_id, i.youth_id,"
            " i.id, :who, :of FROM agenda_item i WHERE i.id = :item ON CONFLICT DO NOTHING",
            who=who.id,
            of=who.organisation_id,
        )
