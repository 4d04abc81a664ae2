"""Every page of case meetings, with who may open it, for the tests that walk all pages."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from pmg.extensions import db
from pmg.meetings import closing, contributing, packing, proposing, running, services, shared
from pmg.meetings.answers import ActionItem, Answer, Introduction, Opinion, Proposal, Shared
from pmg.meetings.models import MeetingSeries
from pmg.meetings.rules import Known, Outcome, Scope
from pmg.security.policy import Category
from tests import build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.meetings.conftest import a_minute, a_series, an_item, open_it, the_item, the_meeting

Looks = dict[str, list[tuple[Person | None, dict[str, Any]]]]


def looks(cast: Cast, at_work: AtWork, case_id: UUID, words: str) -> Looks:
    """One meeting to come, one under way and one that was closed, each with its items."""
    coming, held, over = (a_series(cast, at_work, name=words, place=words) for _each in range(3))
    item_id, done_id, fixed_id = (
        an_item(cast, at_work, case_id, meeting_id, cast.karim, question=words)
        for meeting_id in (held, held, over)
    )
    proposed = _proposed(cast, at_work, case_id, coming, words)
    later = an_item(cast, at_work, case_id, coming, cast.karim, question=words)
    brought = _prepared(cast, at_work, later, words)
    withdrawn = _withdrawn(cast, at_work, case_id, coming, words)
    series_id, ended = _series(cast, at_work, coming, words)
    for meeting_id, ids in ((held, (done_id, item_id)), (over, (fixed_id,))):
        open_it(cast, at_work, meeting_id)
        for one in ids:
            _held(cast, at_work, one, words, is_decided=one != item_id)
    pack_id = _closed(cast, at_work, over, fixed_id, words)
    items = (item_id, done_id, fixed_id, later)
    return {
        "meetings.listing": [(who, {}) for who in (cast.fatma, cast.sanne, cast.jaap)],
        "meetings.make_series": [(cast.fatma, {})],
        "meetings.series": [(cast.fatma, {"id": id_}) for id_ in (series_id, ended)],
        "meetings.change_series": [(cast.fatma, {"id": id_}) for id_ in (series_id, ended)],
        "meetings.end_series": [(cast.fatma, {"id": id_}) for id_ in (series_id, ended)],
        "meetings.show": [
            (who, {"id": id_})
            for id_ in (coming, held, over)
            for who in (cast.fatma, cast.karim, cast.jaap)
        ],
        "meetings.change": [(cast.fatma, {"id": id_}) for id_ in (coming, held)],
        "meetings.cancel": [(cast.fatma, {"id": id_}) for id_ in (coming, held)],
        "agenda_items.propose": [(who, {"id": case_id}) for who in (cast.sanne, cast.fatma)]
        + [(cast.sanne, {"id": case_id, "opnieuw": withdrawn.hex})],
        "proposals.take_back": [(cast.sanne, {"id": id_}) for id_ in (proposed, withdrawn)],
        "proposals.seat_chair": [(cast.bas, {"id": case_id})],
        "proposals.mark": [(who, {"id": later}) for who in (cast.sanne, cast.karim)],
        "agenda_items.show": [
            (who, {"id": id_}) for id_ in items for who in (cast.fatma, cast.karim)
        ]
        + [(cast.fatma, {"id": proposed}), (cast.sanne, {"id": withdrawn})],
        "agenda_items.place": [(cast.fatma, {"id": id_}) for id_ in (proposed, later)],
        "agenda_items.ask": [(cast.fatma, {"id": id_}) for id_ in (later, proposed)],
        "agenda_items.decline": [(cast.fatma, {"id": proposed})],
        "agenda_items.introduce": [(who, {"id": later}) for who in (cast.sanne, cast.karim)],
        "agenda_items.preview": [
            (cast.sanne, {"id": later}),
            (cast.sanne, {"id": later, "wie": cast.karim.organisation_id.hex}),
        ],
        "agenda_items.contribute": [(who, {"id": later}) for who in (cast.karim, cast.fatma)],
        "contributions.correct": [(who, {"id": brought[1]}) for who in (cast.karim, cast.sanne)],
        "contributions.withdraw": [(cast.karim, {"id": id_}) for id_ in brought],
        "agenda_items.refuse": [(cast.karim, {"id": later})],
        "agenda_items.declare": [(cast.karim, {"id": later})],
        "live.show": [
            (who, {"id": id_})
            for id_ in (held, over, coming)
            for who in (cast.fatma, cast.karim, cast.jaap)
        ],
        "live.end": [(cast.fatma, {"id": id_}) for id_ in (held, over)],
        "live.minute": [(cast.fatma, {"id": id_}) for id_ in (item_id, done_id)],
        "live.act": [(cast.fatma, {"id": item_id})],
        "live.disagree": [(cast.sanne, {"id": done_id})],
        "packs.record": [(who, {"id": id_}) for id_ in items for who in (cast.fatma, cast.karim)],
        "packs.remark": [(cast.karim, {"id": id_}) for id_ in (done_id, fixed_id)],
        "packs.make": [(who, {"id": held}) for who in (cast.karim, cast.jaap)],
        "packs.show": [(cast.karim, {"id": pack_id})],
        "packs.destroy": [(cast.karim, {"id": pack_id})],
    }


def _proposed(cast: Cast, at_work: AtWork, case_id: UUID, meeting_id: UUID, words: str) -> UUID:
    with at_work(cast.sanne):
        wanted = Proposal(meeting_id, words, 10, (cast.sanne.id, cast.karim.id))
        return proposing.propose_item(build.the_case(case_id), wanted, today=build.TODAY).id


def _withdrawn(cast: Cast, at_work: AtWork, case_id: UUID, meeting_id: UUID, words: str) -> UUID:
    item_id = an_item(cast, at_work, case_id, meeting_id, cast.karim, question=words)
    with at_work(cast.sanne):
        item = the_item(item_id)
        proposing.withdraw_item(item, words, item.version)
    return item_id


def _series(cast: Cast, at_work: AtWork, meeting_id: UUID, words: str) -> tuple[UUID, UUID]:
    """The series of a meeting, and one that has ended."""
    other = a_series(cast, at_work, name=words, place=words)
    with at_work(cast.fatma):
        found = [the_meeting(id_).series_id for id_ in (meeting_id, other)]
        ended = db.session.get_one(MeetingSeries, (cast.fatma.municipality_id, found[1]))
        services.end_series(ended, build.TODAY, ended.version, today=build.TODAY)
    return found[0], found[1]


def _prepared(cast: Cast, at_work: AtWork, item_id: UUID, words: str) -> list[UUID]:
    with at_work(cast.fatma):
        item = the_item(item_id)
        asked = {cast.karim.organisation_id: words, cast.sanne.organisation_id: words}
        proposing.ask_organisations(item, asked, item.version)
    with at_work(cast.sanne):
        proposing.introduce_item(the_item(item_id), Introduction(words, words, words, 0))
        acts = [each.act_id for each in shared.choices(the_item(item_id))]
        shared.mark_shared(the_item(item_id), acts)
    with at_work(cast.karim):
        basis, readers = "OPENBARE-ORDE", (cast.sanne.organisation_id,)
        police = Shared(words, Category.POLICE, Scope.MEETING, (), basis, is_needed=True)
        some = Shared(words, Category.PLAN, Scope.PARTNERS, readers, basis, is_needed=True)
        return [contributing.contribute(the_item(item_id), each).id for each in (police, some)]


def _held(cast: Cast, at_work: AtWork, item_id: UUID, words: str, *, is_decided: bool) -> None:
    with at_work(cast.fatma):
        running.begin_item(the_item(item_id))
    with at_work(cast.karim):
        item = the_item(item_id)
        running.arrive(the_meeting(item.meeting_id))
        contributing.answer_known(item, Answer(Known.KNOWN, 1))
    if not is_decided:
        return
    given = ("necessity", "proportionality", "subsidiarity", "words")
    with at_work(cast.fatma):
        minute = a_minute(**dict.fromkeys(given, words), outcome=Outcome.CLOSE)
        running.write_minutes(the_item(item_id), minute, today=build.TODAY)
        wanted = ActionItem(words, cast.karim.id, build.TODAY)
        running.give_action(the_item(item_id), wanted, today=build.TODAY)
    with at_work(cast.karim):
        running.say_opinion(the_item(item_id), Opinion(agrees=False, words=words, version=0))


def _closed(cast: Cast, at_work: AtWork, meeting_id: UUID, item_id: UUID, words: str) -> UUID:
    with at_work(cast.fatma):
        running.close_meeting(the_meeting(meeting_id))
    with at_work(cast.karim):
        closing.confirm_agreements(the_item(item_id), 1)
        closing.remark_on_record(the_item(item_id), words)
        recall = build.TODAY + timedelta(days=1)
        pack = packing.make_pack(the_meeting(meeting_id), recall, today=build.TODAY)
        pack_id = pack.id
    with at_work(cast.fatma):
        closing.approve_record(the_item(item_id), 1)
    return pack_id
