"""Who sees what, against a model that was written apart from the rules and from the database."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text

from pmg.extensions import db
from pmg.meetings import rules
from pmg.meetings.item_models import AgendaItem, ItemContribution
from pmg.meetings.rules import ItemState, Place, Reach, Scope
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import a_series, an_item, the_item

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORGANISATIONS = [uuid4() for _each in range(3)]
places = st.builds(
    Place,
    user_id=st.uuids(),
    organisation_id=st.sampled_from(ORGANISATIONS),
    is_member=st.booleans(),
    is_chair=st.booleans(),
    is_proposer=st.booleans(),
    is_invited=st.booleans(),
    has_conflict=st.booleans(),
)
states = st.sampled_from(ItemState)
reaches = st.builds(
    Reach,
    organisation_id=st.sampled_from(ORGANISATIONS),
    scope=st.sampled_from(Scope),
    readers=st.frozensets(st.sampled_from(ORGANISATIONS)),
)


def model_sees(place: Place, state: ItemState) -> bool:
    """In words: the reasons for which an item stays closed, one by one."""
    closed = [
        not place.is_member,
        place.has_conflict,
        not (place.is_chair or place.is_proposer) and not place.is_invited,
        not (place.is_chair or place.is_proposer)
        and state.value in {"voorgesteld", "niet_geagendeerd"},
    ]
    return not any(closed)


def model_reads(place: Place, state: ItemState, reach: Reach) -> bool:
    """In sets: the organisations and people that a contribution reaches."""
    reached: set[object] = {reach.organisation_id}
    match reach.scope.value:
        case "overleg":
            reached |= set(ORGANISATIONS)
        case "partners":
            reached |= reach.readers
        case "voorzitter":
            reached |= {"chair"}
    me = {place.organisation_id} | ({"chair"} if place.is_chair else set())
    return model_sees(place, state) and bool(me & reached)


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
    scope: Scope
    readers: frozenset[str]


NAMES = ("sanne", "karim", "bas", "fatma")
some = st.frozensets(st.sampled_from(NAMES))
worlds = st.builds(
    World,
    invited=some,
    left=st.frozensets(st.sampled_from(NAMES), max_size=1),
    conflicted=st.frozensets(st.sampled_from(NAMES), max_size=2),
    state=states,
    source=st.sampled_from(NAMES),
    scope=st.sampled_from(Scope),
    readers=st.frozensets(st.sampled_from(NAMES), min_size=1),
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
        readers = frozenset(people[name].organisation_id for name in world.readers)
        reach = Reach(people[world.source].organisation_id, world.scope, readers)
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
            " organisation_id, by_id, category, scope, reader_ids, basis, is_needed, words_sealed,"
            " at, version) VALUES ('GM0363', gen_random_uuid(), :case, :youth, :item,"
            " :organisation, :user, 'plan', :scope, CAST(:readers AS uuid[]), 'OPENBARE-ORDE',"
            " true, :sealed, now(), 1)",
            organisation=people[world.source].organisation_id,
            user=people[world.source].id,
            scope=world.scope.value,
            readers=_readers(world, people),
        )


def _readers(world: World, people: dict[str, Person]) -> list[UUID]:
    if world.scope is not Scope.PARTNERS:
        return []
    return [people[name].organisation_id for name in sorted(world.readers)]
