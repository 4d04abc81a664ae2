"""Every page there is, with who may open it: of each kind of case, list, trajectory and report."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from pmg import create_app
from pmg.action_plans import parts as plan_parts
from pmg.action_plans import rules as plan_rules
from pmg.action_plans import services as plans
from pmg.action_plans import writing as plan_writing
from pmg.action_plans.answers import ActionWanted, Answered, ChangedGoal, Held, NewGoal
from pmg.action_plans.models import PlanGoal
from pmg.activities import rules as activity_rules
from pmg.activities import services as activities
from pmg.cases.shares import Share
from pmg.catalogue import services as keeping
from pmg.clock import now
from pmg.definitions.shipped import SHIPPED
from pmg.delivery import ending, meeting, resting, writing
from pmg.delivery import rules as delivery_rules
from pmg.delivery import services as delivery
from pmg.delivery.answers import GroupMeeting, Meeting, Rest, Telling
from pmg.delivery.answers import Move as OtherDay
from pmg.delivery.models import DosagePlan, Gathering
from pmg.documents import services as documents
from pmg.documents.services import Added, Change
from pmg.extensions import db
from pmg.factors import services as factors
from pmg.factors.models import FactorObservation
from pmg.factors.rules import Nature, Observation, Presence, Source
from pmg.groups import rules as grouping
from pmg.groups import seats
from pmg.groups import services as groups
from pmg.groups.models import GroupAgreement, GroupApproach, GroupObservation
from pmg.interventions import services as interventions
from pmg.interventions.answers import Assignment, Completion, Start, Stop, targets
from pmg.interventions.models import Trajectory
from pmg.interventions.rules import CompletionResult, Funding, StopReason
from pmg.journal import planning
from pmg.journal import services as journal
from pmg.journal.answers import Ending, Move, NewNote, NewRemark, Removal
from pmg.journal.models import Appointment, JournalEntry
from pmg.journal.rules import Kind, Plan, RemarkKind, When
from pmg.lists.rules import Filters
from pmg.lists.services import save
from pmg.measures import rules as measure_rules
from pmg.measures import services as measures
from pmg.measures.answers import StepAnew, WeekAnew
from pmg.measures.models import GuaranteeRow, SchoolWeek
from pmg.merging import services as merging
from pmg.national import publishing
from pmg.national import rules as national
from pmg.national.examining import Upload
from pmg.national.models import ImportedRelease, NationalDraft, WaitingRelease
from pmg.national.publishing import make_draft
from pmg.national.services import take_in, trust
from pmg.plans.rules import PlanEntry
from pmg.plans.services import enter_line
from pmg.providers import referring
from pmg.providers import rules as providing
from pmg.providers.models import ProviderReferral
from pmg.providers.services import change_offer, make_offer
from pmg.reference.factors import FACTORS
from pmg.reference.interventions import INTERVENTIONS
from pmg.reports.computing import take_next
from pmg.reports.keys import ministry_signer_here
from pmg.reports.models import ReportDelivery, ReportDraft, ReportRelease
from pmg.reports.rules import Choice, Period
from pmg.reports.services import ask_report, deliver, withdraw
from pmg.security.audit import AuditEvent
from pmg.security.identity import MINISTRY
from pmg.security.policy import Action, Category
from pmg.series.rules import Origin, SeriesKind
from pmg.series.services import take_over
from pmg.sharing import agreements, known
from pmg.sharing import services as sharing
from pmg.sharing.agreements import Terms
from pmg.sharing.known import Question
from pmg.sharing.models import KnownQuestion
from pmg.sharing.rules import Answer
from pmg.street import services as street
from pmg.tasks import feeds
from pmg.tasks import services as tasks
from pmg.tasks.answers import NewDay, Said
from pmg.tasks.models import Task
from pmg.tasks.rules import Rhythm, State, Wanted
from pmg.teams.services import Gift, hand_over
from pmg.triage import rules as triage_rules
from pmg.triage import services as triage
from pmg.triage.rules import Feedback, ToWhom
from tests import acting, build
from tests.cast import Cast, Person
from tests.conftest import AtWork
from tests.documents import files
from tests.documents.files import HOUSE
from tests.imports.conftest import SOUND, csv_of
from tests.interventions.conftest import give_place
from tests.meetings import pages as meeting_pages
from tests.national import build as sent
from tests.reports.conftest import approved, secrets
from tests.shelf import Shelf

Browse = Callable[[Person], FlaskClient]
# By endpoint: who looks, and what stands in the address.
Looks = dict[str, list[tuple[Person | None, dict[str, Any]]]]
WORDS = "Lorem ipsum dolor sit amet consectetur adipiscing."  # what people write is in no language
# Titles that the program knows and never writes itself.
TITLES = {
    "Tussenvoegsel": "tv",
    "Voornaam": "roepnaam",
    "Achternaam": "familienaam",
    "Geboortedatum": "gbd",
    "Reden aanmelding": "aanleiding",
    "Datum aanmelding": "startdatum",
    "Aanmelder": "verwijzer",
    "Grondslag": "avg grondslag",
    "Geïnformeerd op": "datum geinformeerd",
    "Geïnformeerd": "op de hoogte",
    "Datum besluit": "triagedatum",
}


def begin_with_every_page(cast: Cast, at_work: AtWork, browse: Browse, shelf: Shelf) -> Looks:
    """Do what `every_page` does, once for all tests that begin with it."""
    return shelf.begin("pages", lambda: every_page(cast, at_work, browse))


def every_page(cast: Cast, at_work: AtWork, browse: Browse) -> Looks:
    """Let enough happen for every page to have something on it; return where to look."""
    named = {"given_name": "Yassin", "family_name": "Novak", "area": "Lorem", "reason": WORDS}
    running = build.a_case(cast, at_work, **named)
    acting.join(cast, at_work, running, cast.karim)
    waiting = build.a_referral(
        cast, at_work, **{**named, "given_name": "Noor", "birth_date": date(2009, 5, 5)}
    )
    closed = build.a_closed_case(
        cast, at_work, **{**named, "given_name": "Sem", "birth_date": date(2008, 5, 5)}
    )
    with at_work(cast.sanne):
        case = build.the_case(running)
        seen = [_observe(case, code, days) for code, days in _SEEN]
        trajectories = [_assign(cast, case, code) for code in ("AJB", "MST", "MDFT", "RGT")]
        _move(trajectories)
        ids = [row.id for row in trajectories]
    noor, offer_id, sent_ids = _providers(cast, at_work, running)
    carried = _carried(cast, at_work, noor, sent_ids[0])
    planned = _delivery(cast, at_work, ids, {**named, "given_name": "Lina"})
    measured = _measures(cast, at_work, running)
    activity_id = _activities(cast, at_work)
    task_ids = _tasks(cast, at_work, running)
    goal_ids, review_ids = _plans(cast, at_work, running)
    papers = _documents(cast, at_work, running)
    contact, meetings = _contact(cast, at_work, running)
    report_id, delivery_id = _released(cast, at_work)
    drafts = _drafts(cast, at_work)
    with at_work(cast.els):
        series_id = _beside_and_plan()
    _street(cast, at_work, running)
    _catalogue(cast, at_work)
    lists = _lists(browse(cast.bas))
    handover_id = _handed(cast, at_work, running)
    ministry = _national(cast, at_work)
    merge_id = _merge(cast, at_work, running, closed)
    with at_work(cast.ans):
        events = list(db.session.scalars(select(AuditEvent.id).limit(3)))
    of_case = [(cast.bas, {"id": id_}) for id_ in (running, closed)]
    return {
        "accounts.sign_in": [(None, {})],
        "accounts.own_sessions": [(cast.sanne, {})],
        "accounts.step_up": [(cast.els, {})],
        "accounts.change_password": [(cast.sanne, {})],
        "accounts.account_list": [(cast.ad, {})],
        "home.today": [(who, {}) for who in (cast.sanne, cast.bas, cast.fatma, cast.jaap, cast.els)]
        + [(cast.jaap, {"deel": "overdracht"}), (cast.karim, {"deel": "triage"})],
        "notices.listing": [(cast.bas, {}), (cast.karim, {})],
        "notices.follow": [],  # leads to what it is about
        "notices.choose": [(cast.bas, {})],
        "lists.saved": [(cast.sanne, {}), (cast.bas, {})],
        "lists.save": [(cast.sanne, {"fase": "plan"})],
        "teams.hand_over": of_case[:1],
        "teams.take_over": [(cast.sanne, {"id": handover_id}), (cast.jaap, {"id": handover_id})],
        "teams.team": [(cast.mo, {})],
        "teams.allocate": [(cast.mo, {"user_id": cast.jaap.id, "case_id": running})],
        "cases.caseload": [
            (who, {"fase": fase}) for who in (cast.sanne, cast.fatma) for fase in ("", "alle")
        ]
        + [(cast.jaap, {})],
        "cases.find": [(cast.sanne, {})],
        "cases.look_up": [(cast.sanne, {})],
        "cases.refer": [],  # leads to the look; its form is tried below
        "cases.referred": [(cast.sanne, {"id": waiting})],
        "cases.show": [*of_case, (cast.karim, {"id": running}), (cast.fatma, {"id": waiting})],
        **_of_groups(cast, at_work),
        **_of_triage(cast, at_work, waiting, {**named, "given_name": "Ilias"}),
        "cases.edit": of_case[:1],
        "merging.propose": [(cast.fatma, {"id": running})],
        "merging.show": [(who, {"id": merge_id}) for who in (cast.fatma, cast.bas)],
        "cases.close": of_case[:1],
        "documents.overview": [*of_case, (cast.sanne, {"id": running})],
        "documents.add": [(cast.sanne, {"id": running}), (cast.bas, {"id": closed})],
        "documents.show": [(cast.sanne, {"id": id_}) for id_ in papers]
        + [(cast.sanne, {"id": papers[0], "versie": 1}), (cast.bas, {"id": papers[0]})],
        "documents.replace": [(cast.sanne, {"id": papers[0]})],
        "documents.move": [(cast.sanne, {"id": papers[0]})],
        "documents.remove": [(cast.sanne, {"id": papers[0]})],
        "sharing.document": [(cast.sanne, {"id": id_}) for id_ in papers]
        + [(cast.karim, {"id": _of_police(cast, at_work, running)})],
        **_of_sharing(cast, at_work, running, closed, contact[1]),
        "factors.course": [*of_case, (cast.karim, {"id": running})],
        "factors.observe": [*of_case[:1], (cast.karim, {"id": running})],
        "factors.correct": [(cast.sanne, {"id": seen[0]})],
        "action_plans.show": [
            *of_case,
            (cast.karim, {"id": running}),
            (cast.sanne, {"id": waiting}),
        ],
        "action_plans.make": [(cast.sanne, {"id": id_}) for id_ in (running, waiting)],
        "action_plans.answer": [(cast.sanne, {"id": id_}) for id_ in (running, waiting)],
        "action_plans.look_back": [(cast.sanne, {"id": id_}) for id_ in (running, waiting)],
        "action_plans.versions": [*of_case, (cast.fatma, {"id": running, "oud": 1, "nieuw": 1})],
        "action_plans.paper": of_case,
        **{
            f"action_plans.{step}": [(cast.sanne, {"id": id_}) for id_ in goal_ids]
            for step in ("change_goal", "end_goal", "add_action")
        },
        "action_plans.review": [(cast.sanne, {"id": id_}) for id_ in review_ids],
        "action_plans.hold": [(cast.sanne, {"id": review_ids[1]})],
        "journal.show": [
            *of_case,
            (cast.sanne, {"id": running}),
            (cast.fatma, {"id": running}),
            (cast.sanne, {"id": running, "soort": "bezoek"}),
        ],
        "journal.record": [(cast.sanne, {"id": running}), (cast.bas, {"id": closed})],
        "journal.record_group": [(cast.sanne, {}), (cast.jaap, {})],
        "journal.audience": [(cast.sanne, {"id": id_}) for id_ in contact],
        "journal.correct": [(cast.sanne, {"id": contact[0]})],
        "journal.remove": [(cast.sanne, {"id": contact[0]})],
        "journal.dispute": [(cast.sanne, {"id": contact[1]}), (cast.bas, {"id": contact[1]})],
        "journal.reply": [(cast.bas, {"id": contact[1]})],
        "appointments.own_days": [(cast.sanne, {}), (cast.sanne, {"week": 1}), (cast.jaap, {})],
        "appointments.plan": [(cast.sanne, {"id": running}), (cast.bas, {"id": closed})],
        **{
            f"appointments.{step}": [(cast.sanne, {"id": id_}) for id_ in meetings]
            for step in ("show", "move", "cancel", "miss", "hold")
        },
        "interventions.catalogue": [
            (cast.els, {}),
            (cast.els, {"factor": "R-VRI-DRUK", "leeftijd": 15, "spoor": "kansen", "woorden": "a"}),
        ],
        "interventions.entry": [(cast.sanne, {"code": code}) for code in INTERVENTIONS]
        + [(cast.ad, {"code": "AJB", "versie": 0}), (cast.ad, {"code": "AJB"})],
        "catalogue.history": [(cast.sanne, {"code": code}) for code in ("AJB", "RGT", "MST")],
        **{
            f"catalogue.{step}": [(cast.ad, {"code": code}) for code in ("AJB", "RGT")]
            for step in ("edit", "retire", "restore")
        },
        "catalogue.take_over": [(cast.ad, {})],
        "interventions.compare": [(cast.sanne, {"code": ["MST", "AJB", "RGT"]})],
        "interventions.find": [
            *of_case,
            (cast.sanne, {"id": running, "factor": "R-VRI-DELINQ", "spoor": "grenzen"}),
            (cast.sanne, {"id": waiting}),
        ],
        "interventions.assign": [
            (cast.sanne, {"id": id_, "code": "MST"}) for id_ in (running, waiting)
        ],
        "interventions.show": [(cast.sanne, {"id": id_}) for id_ in ids],
        "interventions.start": [(cast.sanne, {"id": id_}) for id_ in ids],
        "arranging.answer": [(cast.sanne, {"id": ids[0]})],
        "arranging.converse": [(cast.sanne, {"id": id_}) for id_ in ids],
        "providers.offers": [(cast.els, {})],
        "providers.make": [(cast.els, {})],
        "providers.change": [(cast.els, {"id": offer_id})],
        "providers.mine": [(noor, {}), (cast.karim, {})],
        **{
            f"providers.{step}": [(noor, {"id": id_}) for id_ in sent_ids]
            for step in ("show", "accept", "refuse", "converse")
        },
        # One with a plan per goal leads to its closing report.
        "interventions.complete": [(cast.sanne, {"id": id_}) for id_ in (ids[0], *ids[2:])],
        "interventions.fund": [(cast.sanne, {"id": id_}) for id_ in ids],
        "interventions.stop": [(cast.sanne, {"id": id_}) for id_ in ids],
        **_of_delivery(cast, ids, planned, (noor, carried)),
        **_of_measures(cast, measured),
        "activities.own": [(cast.sanne, {}), (noor, {})],
        "activities.municipality": [(cast.els, {})],
        "activities.tell": [(cast.sanne, {})],
        "activities.correct": [(cast.sanne, {"id": activity_id})],
        "activities.take_back": [(cast.sanne, {"id": activity_id})],
        **meeting_pages.looks(cast, at_work, running, WORDS),
        "tasks.mine": [
            (who, {"lijst": which, "wanneer": when})
            for who, which, when in (
                (cast.sanne, "", ""),
                (cast.sanne, "antwoord", "week"),
                (cast.sanne, "gedaan", ""),
                (cast.bas, "gegeven", ""),
                (cast.bas, "zonder", "laat"),
            )
        ],
        "tasks.of_case": [*of_case, (cast.karim, {"id": running})],
        "tasks.give": of_case,
        "tasks.show": [(who, {"id": id_}) for who in (cast.sanne, cast.bas) for id_ in task_ids],
        **{
            f"tasks.{step}": [(cast.sanne, {"id": id_}) for id_ in task_ids]
            for step in ("accept", "refuse", "finish")
        },
        **{
            f"tasks.{step}": [(cast.bas, {"id": id_}) for id_ in task_ids]
            for step in ("withdraw", "move", "hand_over")
        },
        "street.page": [(cast.sanne, {}), (cast.jaap, {})],
        "street.shell": [(None, {})],
        "street.switch": [(cast.ad, {})],
        "feeds.link": [(cast.sanne, {}), (cast.bas, {})],
        "imports.start": [(cast.bas, {})],
        "imports.show": [(cast.bas, {"id": id_}) for id_ in lists],
        "imports.undo": [(cast.bas, {"id": lists[1]})],
        "reports.releases": [(cast.els, {})],
        "drafts.make": [(cast.els, {})],
        "drafts.show": [(who, {"id": id_}) for who in (cast.els, cast.dewi) for id_ in drafts],
        "drafts.correct": [(cast.els, {"id": report_id})],
        "drafts.received": [(cast.joost, {})],
        "drafts.receive": [(cast.joost, {"id": delivery_id})],
        "reports.show": [(cast.els, {"id": report_id})],
        "reports.check": [(cast.els, {"id": report_id})],
        "reports.year": [(cast.els, {"id": report_id})],
        "definitions.versions": [(cast.ad, {}), (cast.els, {})],
        "definitions.show": [
            (cast.ad, {"rapport": code, "versie": version}) for code, version in SHIPPED
        ],
        "definitions.make": [
            (cast.ad, {"rapport": code, "versie": version}) for code, version in SHIPPED
        ],
        "series.beside": [(cast.els, {})],
        "series.show": [(cast.els, {"id": series_id})],
        "series.take_over": [(cast.els, {})],
        "plans.plan": [(cast.els, {}), (cast.els, {"jaar": 2020})],
        "checks.check_file": [(cast.els, {})],
        "national.delivered": [(cast.joost, {}), (cast.joost, ministry.asked)],
        "national.take_in": [(cast.joost, {})],
        "national.trust": [(cast.joost, {"id": ministry.waiting})],
        "national.imported": [(cast.vera, {"id": id_}) for id_ in ministry.imported],
        "publications.published": [(cast.joost, {}), (cast.vera, {})],
        "publications.make": [(cast.joost, {}), (cast.joost, ministry.asked)],
        "publications.draft": [
            (who, {"id": id_}) for id_ in ministry.drafts for who in (cast.vera, cast.joost)
        ],
        "publications.show": [(cast.joost, {"id": id_}) for id_ in ministry.published],
        "informing.letter": [
            (cast.sanne, {"id": running, "voor": voor}) for voor in ("", "kind", "jongere", "ouder")
        ]
        + [(cast.fatma, {"id": waiting})],
        "informing.own_data": [*of_case, (cast.sanne, {"id": running})],
        "informing.told": [(cast.sanne, {"id": running})],
        "oversight.who_has_seen": [*of_case, (cast.bas, {"id": running, "alles": 1})],
        "oversight.log_search": [(cast.ans, {}), (cast.ans, {"uitkomst": "x", "van": "gisteren"})],
        "oversight.log_event": [(cast.ans, {"event_id": id_}) for id_ in events],
    }


def _catalogue(cast: Cast, at_work: AtWork) -> None:
    """The municipality has words of its own for one intervention, and one is retired."""
    words = dict.fromkeys(("core_elements", "target_group", "evidence_outcome"), WORDS[:40])
    cells = {"sessions": "8", "minutes": "60", "funding": "pmg", **words}
    cells |= {"outcome2_about": WORDS, "outcome2_level": "goed_onderbouwd"}
    cells |= {"outcome2_source": WORDS, "outcome2_on": "2020-01-01"}
    with at_work(cast.ad):
        keeping.edit_entry("AJB", cells, reason=WORDS, version=0, today=build.TODAY)
        keeping.retire_entry("RGT", on=build.TODAY, reason=WORDS, version=0, today=build.TODAY)


def _of_triage(cast: Cast, at_work: AtWork, waiting: UUID, named: dict[str, Any]) -> Looks:
    """A fixed time, a decision that Jaap may read, and one of which a referrer has yet to hear."""
    fixed = triage_rules.Slot(triage_rules.Weekday.THURSDAY, time(10), 60, 7)
    with at_work(cast.fatma):
        triage.set_slot(fixed)
    told_ids = [
        acting.decided(
            cast, at_work, build.a_referral(cast, at_work, **{**named, "birth_date": born}), answer
        )
        for born, answer in (
            (date(2008, 1, 2), Feedback(ToWhom.ACCOUNT, cast.jaap.id, WORDS)),
            (date(2007, 2, 3), Feedback(ToWhom.OUTSIDE)),
        )
    ]
    return {
        "triage.week": [(cast.fatma, {})],
        "triage.set_slot": [(cast.fatma, {})],
        "triage.to_tell": [(cast.fatma, {})],
        "triage.decide": [
            (cast.fatma, {"id": waiting}),
            (cast.fatma, {"id": waiting, "reeks": 1}),
        ],
        "triage.told": [(cast.jaap, {"id": told_ids[0]}), (cast.fatma, {"id": told_ids[1]})],
        "triage.keep": [(cast.fatma, {"id": id_}) for id_ in reversed(told_ids)],
    }


def _of_groups(cast: Cast, at_work: AtWork) -> Looks:
    """A group approach with all that can be in it, and one that is closed."""
    day = build.TODAY
    with at_work(cast.fatma):
        frame = grouping.Frame(WORDS[:50], WORDS[:50], None, day + timedelta(days=9))
        group, ended = groups.start(frame, today=day), groups.start(frame, today=day)
        seats.give_seat(group, cast.sanne.id)
        groups.close(ended, grouping.Result.LESS, WORDS, today=day)
        groups.write_step(group, grouping.Stage.SIGNALS, WORDS, done_on=day, version=0)
        for owner in (cast.fatma, cast.sanne):
            groups.agree(group, grouping.Agreed(WORDS, day), owner.id, today=day)
        group_id, ended_id = group.id, ended.id
        agreement_ids = list(
            db.session.scalars(
                select(GroupAgreement.id).where(GroupAgreement.owner_id == cast.sanne.id)
            )
        )
    with at_work(cast.sanne):
        group = db.session.get_one(GroupApproach, (cast.sanne.municipality_id, group_id))
        seen = grouping.Sighting(
            day, time(22), WORDS[:50], WORDS, grouping.Source.RESIDENT, Nature.SUSPICION
        )
        seen_ids = [groups.observe(group, seen, today=day).id for _ in range(2)]
        db.session.flush()
        gone = db.session.get_one(GroupObservation, (cast.sanne.municipality_id, seen_ids[1]))
        groups.remove(gone, grouping.Removal.PERSON)
        groups.draw(group, WORDS, who=grouping.Who.OWN, version=0)
        groups.transfer(group, today=day)
    at = {"id": group_id}
    return {
        "groups.listing": [(cast.fatma, {}), (cast.karim, {})],
        "groups.start": [(cast.fatma, {})],
        "groups.show": [(cast.fatma, at), (cast.sanne, at), (cast.fatma, {"id": ended_id})],
        "groups.transfer": [(cast.sanne, at)],
        **{
            f"groups.{page}": [(cast.fatma, {"id": id_}) for id_ in (group_id, ended_id)]
            for page in ("change", "close")
        },
        **{f"group_work.{page}": [(cast.fatma, at)] for page in ("agree", "join", "draw")},
        "group_work.step": [(cast.fatma, {**at, "stap": stage}) for stage in ("1", "7", "x")],
        "group_work.observe": [(cast.sanne, at)],
        "group_work.remove": [(cast.sanne, {"id": seen_ids[0]})],
        "group_work.answer": [(cast.sanne, {"id": id_}) for id_ in agreement_ids],
    }


def _street(cast: Cast, at_work: AtWork, case_id: UUID) -> None:
    """The municipality lets names stand on devices, and Sanne took one along."""
    with at_work(cast.ad):
        street.switch(is_on=True)
    with at_work(cast.sanne):
        street.take_along([case_id], moment=now())


def _merge(cast: Cast, at_work: AtWork, kept: UUID, lost: UUID) -> UUID:
    """Fatma says that two files are of one youth; Bas has yet to decide."""
    with at_work(cast.fatma):
        case, other = build.the_case(kept), build.the_case(lost)
        seen = merging.side_by_side(case, other).seen
        return merging.propose(case, other, merging.Proposal(WORDS, frozenset(), seen)).id


def _handed(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """Sanne hands a case to Jaap and keeps a list."""
    with at_work(cast.sanne):
        save(WORDS, Filters("plan"), shared=True)
        gift = Gift(cast.jaap.id, build.TODAY + timedelta(days=9), WORDS)
        return hand_over(build.the_case(case_id), gift, today=build.TODAY).id


def _plans(cast: Cast, at_work: AtWork, case_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """A version that was agreed, a draft that the youth refused, a look back held and to come.

    Of the goals one is open and one has ended; both looks back are on the same plan.
    """
    day = build.TODAY
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        goals = [_goal(case, cast.sanne, code) for code in ("R-SCH-VERZUIM", "P-VRI-PROSOC")]
        _say(case, plan_rules.Verdict.AGREES)
        review = plan_parts.read(case).planned
        assert review is not None
        judged = tuple(
            plan_rules.Judged(str(goal.id), state, WORDS)
            for goal, state in zip(
                goals,
                (plan_rules.GoalState.UNDER_WAY, plan_rules.GoalState.REACHED),
                strict=True,
            )
        )
        told = plan_rules.Review(day, judged, plan_rules.Outcome.ADJUST, WORDS, day)
        mark = plan_writing.goals_mark(goals)
        plans.hold_review(review, Held(told, mark, review.version), today=day)
        db.session.flush()
        other = plan_rules.GoalText(WORDS, "", WORDS, ("R-SCH-VERZUIM",))
        plans.change_goal(goals[0], ChangedGoal(other, goals[0].version), today=day)
        _say(case, plan_rules.Verdict.DISAGREES)
        coming = plan_parts.read(case).planned
        assert coming is not None
        return [goal.id for goal in goals], [review.id, coming.id]


def _goal(case: Any, owner: Person, code: str) -> PlanGoal:
    first = ActionWanted(WORDS, owner.id, build.TODAY)
    text = plan_rules.GoalText(WORDS, WORDS, "", (code,))
    goal = plans.add_goal(case, NewGoal(text, first), today=build.TODAY)
    db.session.flush()
    return goal


def _say(case: Any, verdict: plan_rules.Verdict) -> None:
    """Let the youth answer to the draft as it is."""
    plan = plan_parts.read(case).draft
    assert plan is not None
    said = plan_rules.Answer(
        plan_rules.Party.YOUTH, verdict, plan_rules.Means.PAPER, build.TODAY, WORDS
    )
    asked = Answered(said, plan_writing.mark(plan), build.TODAY)
    plans.answer_plan(case, asked, today=build.TODAY)
    db.session.flush()


def _documents(cast: Cast, at_work: AtWork, case_id: UUID) -> list[UUID]:
    """A letter in two versions that is shared, a file that cannot be shown, one that is gone."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        letter, sheet, gone = (
            documents.add_document(
                case, Added(WORDS, Category.JOURNAL, content), HOUSE, today=build.TODAY
            )
            for content in (files.pdf(), files.office(), files.photo())
        )
        db.session.flush()
        documents.add_version(letter, files.pdf(), HOUSE, version=letter.version, today=build.TODAY)
        soon = {"until": build.TODAY + timedelta(days=9), "why": WORDS, "no_agreement": WORDS}
        build.share(letter, cast.bas.organisation_id, **soon)
        documents.remove_document(gone, Change(WORDS, gone.version))
        return [letter.id, sheet.id]


def _of_police(cast: Cast, at_work: AtWork, case_id: UUID) -> UUID:
    """What receivers can look at and not take; nobody can look at it either."""
    with at_work(cast.karim):
        added = Added(WORDS, Category.POLICE, files.office())
        return documents.add_document(build.the_case(case_id), added, HOUSE, today=build.TODAY).id


def _of_sharing(cast: Cast, at_work: AtWork, running: UUID, closed: UUID, note: UUID) -> Looks:
    """Shared with a ground, renewed and taken back; questions asked and answered; an agreement."""
    day = build.TODAY
    terms = Terms(WORDS, WORDS, ("JEUGDWET",), ("POLITIE", "GEM-JEUGD"), (), day, None, WORDS)
    with at_work(cast.ad):
        agreement = agreements.keep(terms)
        agreements.keep(replace(terms, valid_from=day + timedelta(days=9)))
        agreement_id = agreement.id
    with at_work(cast.karim):
        case = build.the_case(running)
        arrest = _observe(case, "R-IND-DELICT", 2)
        ids, row = (cast.bas.organisation_id,), _row(FactorObservation, arrest)
        (share,) = build.share(row, *ids, agreement_id=agreement_id, why=WORDS)
        sharing.renew(share, day + timedelta(days=20), WORDS, today=day)
        weapon = _observe(case, "R-IND-WAPEN", 3)
        (gone,) = build.share(_row(FactorObservation, weapon), *ids, why=WORDS, no_agreement=WORDS)
        sharing.withdraw(gone)
        share_id = db.session.scalars(select(Share.id).where(Share.ended_at.is_(None))).first()
        asking = Question(cast.bas.organisation_id, "VOORKOMEN", "JEUGDWET", WORDS)
        questions = [known.ask(case, asking, today=day).id]
    with at_work(cast.bas):
        known.answer(_row(KnownQuestion, questions[0]), Answer.KNOWN, get_in_touch=True)
    with at_work(cast.sanne):
        questions.append(known.ask(build.the_case(running), asking, today=day).id)
    return {
        "sharing.overview": [
            (who, {"id": running}) for who in (cast.bas, cast.sanne, cast.karim, cast.fatma)
        ]
        + [(cast.bas, {"id": closed})],
        "sharing.contact": [(cast.sanne, {"id": note})],
        "sharing.factor": [(cast.karim, {"id": id_}) for id_ in (arrest, weapon)],
        "sharing.renew": [(cast.karim, {"id": share_id})],
        "known.ask": [(cast.karim, {"id": running}), (cast.bas, {"id": closed})],
        "known.answer": [(cast.bas, {"id": id_}) for id_ in questions],
        "seats.add": [(cast.bas, {"id": running}), (cast.bas, {"id": closed})],
        "seats.let_go": [(cast.bas, {"id": running})],
        "agreements.overview": [(cast.ad, {}), (cast.karim, {})],
        "agreements.make": [(cast.ad, {})],
        "agreements.change": [(cast.ad, {"id": agreement_id})],
    }


def _released(cast: Cast, at_work: AtWork) -> tuple[UUID, UUID]:
    """A report that Els made, Dewi approved and Els delivered; beside it one to add up with."""
    for period in (
        Period(date(2025, 7, 1), date(2025, 9, 30)),
        Period(date(2025, 1, 1), date(2025, 6, 30)),
    ):
        draft_id = _asked(cast, at_work, period)
        _compute(at_work, cast)
        release = approved(at_work, cast.dewi, draft_id)
    with at_work(cast.els):
        deliver(db.session.get_one(ReportRelease, (release.municipality_id, release.id)))
    with at_work(cast.joost):
        delivery_id = db.session.scalars(select(ReportDelivery.id)).one()
    return release.id, delivery_id


def _drafts(cast: Cast, at_work: AtWork) -> list[UUID]:
    """One that was taken back, one that a colleague may judge."""
    taken_back = _asked(cast, at_work, Period(date(2024, 1, 1), date(2024, 12, 31)))
    with at_work(cast.els):
        withdraw(db.session.get_one(ReportDraft, (cast.els.municipality_id, taken_back)))
    ready = _asked(cast, at_work, Period(date(2023, 1, 1), date(2023, 12, 31)))
    _compute(at_work, cast)
    return [taken_back, ready]


def _asked(cast: Cast, at_work: AtWork, period: Period) -> UUID:
    with at_work(cast.els):
        draft = ask_report(Choice("jaarrapportage", period), today=build.TODAY).draft
        assert draft is not None
        return draft.id


def _compute(at_work: AtWork, cast: Cast) -> None:
    """Be the worker, in its own role, for one draft."""
    with at_work(cast.els):
        settings = current_app.config["SETTINGS"]
    url = settings.worker_database_url
    with create_app(replace(settings, database_url=url)).app_context():
        take_next(secrets().rounding)
        for engine in db.engines.values():
            engine.dispose()


class Planned(NamedTuple):
    """What is planned of trajectories: one version waits, one is a concept; meetings."""

    waiting: UUID
    concept: UUID
    goal: UUID
    meetings: list[UUID]


class Carried(NamedTuple):
    """What somebody of the provider keeps: a plan that is changed, a meeting, a pause asked."""

    trajectory: UUID
    concept: UUID
    goal: UUID
    meeting: UUID


def _of_delivery(
    cast: Cast, ids: list[UUID], planned: Planned, provided: tuple[Person, Carried]
) -> Looks:
    noor, carried = provided
    every = [(cast.sanne, {"id": id_}) for id_ in (*ids, carried.trajectory)]
    both = [*every, (noor, {"id": carried.trajectory})]
    meetings = [(cast.sanne, {"id": id_}) for id_ in planned.meetings]
    said = [(who, {**at, "doorgegaan": "nee"}) for who, at in meetings]
    # What a group did leads to the roll call.
    said += [(who, {**at, "doorgegaan": "ja"}) for who, at in meetings[:-1]]
    return {
        "delivery.show": [*both, (cast.karim, {"id": ids[1]}), (cast.bas, {"id": ids[1]})],
        "delivery.versions": [*both, (cast.bas, {"id": ids[1], "oud": 1, "nieuw": 2})],
        **{f"delivery.{step}": both for step in ("add_goal", "amend")},
        **{f"endings.{step}": both for step in ("resume", "concern", "close", "stop")},
        **{f"endings.{step}": every for step in ("pause", "deny_pause")},
        "endings.ask_pause": both[-1:],
        **{
            f"delivery.{step}": [(cast.bas, {"id": planned.goal}), (noor, {"id": carried.goal})]
            for step in ("change_goal", "drop_goal")
        },
        "delivery.submit": [(cast.bas, {"id": planned.concept}), (noor, {"id": carried.concept})],
        "delivery.ask": [(cast.bas, {"id": planned.waiting})],
        "delivery.judge": [(who, {"id": planned.waiting}) for who in (cast.bas, cast.sanne)],
        "gatherings.own": [(cast.sanne, {}), (cast.jaap, {}), (noor, {})],
        "gatherings.outcomes": [
            (cast.sanne, {"code": code} if code else {}) for code in ("", "MST", "MDFT", "RGT")
        ]
        + [(cast.jaap, {})],
        "gatherings.sums": [(cast.sanne, {}), (cast.jaap, {})],
        "gatherings.plan": every,
        "gatherings.plan_group": [
            (cast.sanne, {"inzet": inzet})
            for inzet in ("", f"MST_{cast.sanne.organisation_id.hex}")
        ]
        + [(cast.jaap, {})],
        "gatherings.show": [*meetings, (noor, {"id": carried.meeting})],
        "gatherings.tell": [*meetings, *said, (noor, {"id": carried.meeting})],
        "gatherings.roll": meetings[-1:],
        "gatherings.move": meetings,
    }


def _delivery(cast: Cast, at_work: AtWork, ids: list[UUID], named: dict[str, Any]) -> Planned:
    """Bas writes and Sanne approves: two youths with a plan, meetings told, moved and to come."""
    other = build.a_case(cast, at_work, **{**named, "birth_date": date(2009, 6, 6)})
    with at_work(cast.sanne):
        second = _assign(cast, build.the_case(other), "MST")
        give_place(second, on=build.TODAY)
        interventions.start_trajectory(
            second, Start(build.TODAY, second.version), today=build.TODAY
        )
        both = [ids[1], second.id]
    waiting = _submitted(cast.bas, at_work, ids[0])
    for id_ in both:
        plan_id = _submitted(cast.bas, at_work, id_)
        with at_work(cast.sanne):
            plan = _row(DosagePlan, plan_id)
            delivery.approve_plan(plan, plan.version, today=build.TODAY)
    with at_work(cast.bas):
        meetings = _met(*(_row(Trajectory, id_) for id_ in both))
        trajectory = _row(Trajectory, both[0])
        rest = Rest(build.TODAY + timedelta(days=40), delivery_rules.PauseReason.OTHER, WORDS)
        resting.pause_trajectory(trajectory, rest, today=build.TODAY)
        ending.tell_concern(trajectory, WORDS, today=build.TODAY)
        concept = delivery.begin_amending(trajectory, WORDS, today=build.TODAY)
        db.session.flush()
        return Planned(waiting, concept.id, writing.goals_of(concept)[0].id, meetings)


def _submitted(writer: Person, at_work: AtWork, trajectory_id: UUID) -> UUID:
    with at_work(writer):
        trajectory = _row(Trajectory, trajectory_id)
        until = build.TODAY + timedelta(weeks=9)
        wanted = delivery_rules.Dosage(WORDS, 6, 45, build.TODAY, until, (WORDS,))
        delivery.write_goal(trajectory, wanted, today=build.TODAY)
        db.session.flush()
        plan = writing.open_plan(trajectory)
        assert plan is not None
        delivery.submit_plan(plan, plan.version, today=build.TODAY)
        return plan.id


def _met(first: Trajectory, second: Trajectory) -> list[UUID]:
    """One to come, one moved, one told and corrected, one that did not happen, one of a group."""
    day = build.TODAY
    keys = [writing.goals_of(writing.approved_plan(each))[0].goal_key for each in (first, second)]
    rows = []
    for _each in range(4):
        wanted = Meeting(keys[0], day, time(14, 30), 45)
        rows.append(meeting.plan_meeting(first, wanted, today=day))
        db.session.flush()
    meeting.move_meeting(
        rows[1], OtherDay(day + timedelta(days=2), None, WORDS, rows[1].version), today=day
    )
    there = delivery_rules.Attendance.PRESENT
    for minutes in (40, 45):
        went = delivery_rules.Went(True, there, None, minutes, (WORDS,), WORDS)
        meeting.tell_meeting(rows[2], Telling(went, rows[2].version, WORDS), today=day)
        db.session.flush()
    not_held = delivery_rules.Went(False, None, delivery_rules.Missed.PLACE, None, (), WORDS)
    meeting.tell_meeting(rows[3], Telling(not_held, rows[3].version), today=day)
    pairs = ((first.id, keys[0]), (second.id, keys[1]))
    group_id = meeting.plan_group(GroupMeeting(pairs, day, None, 45), today=day)
    of_group = select(Gathering.id).where(
        Gathering.group_id == group_id, Gathering.trajectory_id == first.id
    )
    return [*(row.id for row in rows), db.session.scalars(of_group).one()]


class Measured(NamedTuple):
    """Trajectories with steps and with weeks, and the rows that can be put right."""

    promised: UUID
    around: UUID
    steps: list[UUID]
    weeks: list[UUID]


def _of_measures(cast: Cast, measured: Measured) -> Looks:
    promised = [(who, {"id": measured.promised}) for who in (cast.sanne, cast.karim)]
    around = [(who, {"id": measured.around}) for who in (cast.sanne, cast.karim)]
    return {
        "measures.guarantee": promised,
        "measures.take_step": promised[:1],
        "measures.school": around,
        "measures.tell_week": around[:1],
        **{
            f"measures.{step}": [(cast.sanne, {"id": id_}) for id_ in measured.steps]
            for step in ("correct_step", "take_back_step")
        },
        **{
            f"measures.{step}": [(cast.sanne, {"id": id_}) for id_ in measured.weeks]
            for step in ("correct_week", "take_back_week")
        },
    }


def _measures(cast: Cast, at_work: AtWork, case_id: UUID) -> Measured:
    """A guarantee with two steps, one put right, one taken back; two weeks, one taken back."""
    day = build.TODAY
    taken = measure_rules.Taken(day, WORDS)
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        promised, around = (_assign(cast, case, code) for code in ("AANDEBAK", "SCHOOLOMGEVING"))
        for row in (promised, around):
            give_place(row, on=day)
            interventions.start_trajectory(row, Start(day, row.version), today=day)
            db.session.flush()
        for step in list(measure_rules.GuaranteeStep)[:3]:
            measures.take_step(promised, step, taken, today=day)
            db.session.flush()
        first, _second, third = _told(GuaranteeRow, promised)
        anew = replace(taken, words=f"{WORDS} {WORDS}")
        measures.correct_step(first, StepAnew(anew, WORDS), today=day)
        measures.take_back_step(third, WORDS, today=day)
        hours = measure_rules.Hours(
            measure_rules.monday_of(day), 480, 300, measure_rules.NotUsed.BUSY
        )
        measures.tell_week(around, hours, today=day)
        db.session.flush()
        fewer = replace(hours, used=240)
        measures.correct_week(_told(SchoolWeek, around)[-1], WeekAnew(fewer, WORDS), today=day)
        db.session.flush()
        steps = [row.id for row in _told(GuaranteeRow, promised) if row.step != "diploma"]
        weeks = [row.id for row in _told(SchoolWeek, around)]
        return Measured(promised.id, around.id, steps[-1:], weeks[-1:])


def _told(table: Any, trajectory: Trajectory) -> list[Any]:
    wanted = select(table).where(table.trajectory_id == trajectory.id).order_by(table.at)
    return list(db.session.scalars(wanted))


def _activities(cast: Cast, at_work: AtWork) -> UUID:
    """One activity that was put right, and one that was taken back."""
    held = activity_rules.Held(
        build.TODAY,
        "FA11",
        activity_rules.Place.SCHOOL,
        activity_rules.Theme.CULTURE,
        Funding.KANSRIJKE_WIJK,
        40,
        (3, 4, 5, 6, 7, 8),
    )
    with at_work(cast.sanne):
        first = activities.tell_activity(held, today=build.TODAY)
        second = activities.tell_activity(held, today=build.TODAY)
        activities.take_back_activity(second, activity_rules.Mended.TWICE)
        more = replace(held, visitors=45)
        mended = activity_rules.Mended.COUNT
        return activities.correct_activity(first, more, mended, today=build.TODAY).id


def _tasks(cast: Cast, at_work: AtWork, case_id: UUID) -> list[UUID]:
    """Of Sanne: one that waits, one that comes back and was moved, one refused, one done."""
    day = build.TODAY
    ids = []
    with at_work(cast.bas):
        for rhythm, times in ((Rhythm.ONCE, None), (Rhythm.MONTHLY, 3), *[(Rhythm.ONCE, None)] * 2):
            wanted = Wanted(WORDS, cast.sanne.id, day, rhythm, times=times)
            ids.append(tasks.give_task(build.the_case(case_id), wanted, today=day).id)
        feeds.make_link()
    with at_work(cast.sanne):
        waiting, back, refused, done = (
            db.session.get_one(Task, (cast.sanne.municipality_id, id_)) for id_ in ids
        )
        assert waiting.state == State.OFFERED
        for task in (back, done):
            tasks.accept_task(task, task.version)
            db.session.flush()
        tasks.move_task(back, NewDay(day + timedelta(days=1), WORDS, back.version), today=day)
        tasks.refuse_task(refused, Said(WORDS, refused.version), today=day)
        tasks.finish_task(done, Said(WORDS, done.version), today=day)
    return ids


def _contact(cast: Cast, at_work: AtWork, case_id: UUID) -> tuple[list[UUID], list[UUID]]:
    """A private note, a shared one with what was said of it, a removed one; four appointments."""
    with at_work(cast.sanne):
        case = build.the_case(case_id)
        first, second, third = (
            journal.record_contact(
                case, NewNote(Kind.VISIT, When.NOW, WORDS, is_private=private), moment=now()
            )
            for private in (True, False, False)
        )
        build.share(second, cast.bas.organisation_id, why=WORDS, no_agreement=WORDS)
        journal.remove_contact(third, Removal(WORDS, third.version))
        for kind in (RemarkKind.DISPUTED, RemarkKind.OWN_WORDS):
            journal.dispute(second, NewRemark(kind, build.TODAY, WORDS), today=build.TODAY)
        meetings = [_planned(case, days) for days in range(1, 5)]
        plan = Plan(build.TODAY + timedelta(days=9), time(9), 30, WORDS, "")
        planning.move_appointment(meetings[0], Move(plan, WORDS, 1), moment=now())
        planning.cancel_appointment(meetings[1], Ending(WORDS, 1))
        later = now() + timedelta(days=5)
        planning.miss_appointment(meetings[2], Ending(WORDS, 1), moment=later)
        ids = [first.id, second.id], [row.id for row in meetings]
    with at_work(cast.bas):
        reaction = NewRemark(RemarkKind.REPLY, build.TODAY, WORDS)
        journal.reply(_row(JournalEntry, ids[0][1]), reaction, today=build.TODAY)
    return ids


def _planned(case: Any, days: int) -> Appointment:
    plan = Plan(build.TODAY + timedelta(days=days), time(14, 30), 60, WORDS, WORDS)
    row = planning.plan_appointment(case, plan, moment=now(), seen="")
    db.session.flush()
    return row


def _row(table: Any, item_id: UUID) -> Any:
    return db.session.get_one(table, ("GM0363", item_id))


class Ministry(NamedTuple):
    """What the ministry has: releases, a key that waits, drafts and publications."""

    asked: dict[str, str]
    waiting: UUID
    imported: list[UUID]
    drafts: list[UUID]
    published: list[UUID]


def _national(cast: Cast, at_work: AtWork) -> Ministry:
    """Three municipalities, one of which corrected; figures published twice, and drafts decided."""
    first, second, _ledger = sent.corrected(sent.Asked(sent.UTRECHT), 192)
    other = replace(SHIPPED["jaarrapportage", 2], version=101)
    other = replace(other, indicators=other.indicators[:2])
    own = replace(sent.Asked(sent.GRONINGEN), version=101)
    groningen, _after = sent.Sender(sent.GRONINGEN).releases(own, template=other)
    choice = national.Choice("jaarrapportage", sent.FIRST, sent.LAST)
    with at_work(cast.joost):
        take_in([Upload("a", done.as_bytes()) for done in (first, groningen)])
        for row in db.session.scalars(select(WaitingRelease)).all():
            trust(row)
    published = [_published(cast, at_work, choice, "")]
    with at_work(cast.joost):
        arnhem = sent.release(sent.Asked(sent.ARNHEM))
        take_in([Upload("a", done.as_bytes()) for done in (second, arnhem)])
        waiting = db.session.scalars(select(WaitingRelease.id)).one()
    published.append(_published(cast, at_work, choice, WORDS))
    with at_work(cast.joost):
        imported = list(db.session.scalars(select(ImportedRelease.id)))
        quarter = [replace(sent.Asked(place), code="kwartaalmonitor", version=1)
                   for place in (sent.UTRECHT, sent.GRONINGEN)]  # fmt: skip
        take_in([Upload("q", sent.release(each).as_bytes()) for each in quarter])
        quarterly = national.Choice("kwartaalmonitor", sent.FIRST, sent.LAST)
        back = make_draft(quarterly, "").id
    with at_work(cast.vera):
        publishing.send_back(db.session.get_one(NationalDraft, (MINISTRY, back)), WORDS)
    with at_work(cast.joost):
        gone = make_draft(quarterly, "")
        publishing.withdraw(gone)
        ready = make_draft(quarterly, "").id
        drafts = [published[0], back, gone.id, ready]
    asked = {"rapport": "jaarrapportage", "periode": f"{sent.FIRST}_{sent.LAST}"}
    return Ministry(asked, waiting, imported, drafts, published)


def _published(cast: Cast, at_work: AtWork, choice: national.Choice, reason: str) -> UUID:
    with at_work(cast.joost):
        draft_id = make_draft(choice, reason).id
    with at_work(cast.vera):
        draft = db.session.get_one(NationalDraft, (MINISTRY, draft_id))
        return publishing.approve(draft, signer=ministry_signer_here()).id


_SEEN = (("R-SCH-VERZUIM", 40), ("P-VRI-PROSOC", 30), ("R-SCH-VERZUIM", 1), ("R-IND-IMPULS", 0))


def _beside_and_plan() -> UUID:
    """Figures from outside, twice, and a line of the plan."""
    origin = Origin(SeriesKind.LIVEABILITY, WORDS, date(2025, 1, 1))
    content = b"gebied;periode;waarde\ngemeente;2024;4,1\n"
    older = take_over(content, origin, today=build.TODAY)
    take_over(content, origin, today=build.TODAY)
    entry = PlanEntry(build.TODAY.year, "spoor:kansen", 40, 1_250_000)
    enter_line(entry, today=build.TODAY)
    enter_line(replace(entry, area="FA11", places=50), today=build.TODAY)
    return older.id


def _observe(case: Any, code: str, days: int) -> UUID:
    presence = Presence.STRONG if days else Presence.SLIGHT
    on = build.TODAY - timedelta(days=days)
    said = Observation(FACTORS[code], presence, Nature.OPINION, Source.SCHOOL, on, WORDS)
    row: FactorObservation = factors.observe_factor(case, said, today=build.TODAY)
    return row.id


def _assign(cast: Cast, case: Any, code: str) -> Trajectory:
    chosen = INTERVENTIONS[code]
    targets = tuple(code for code in chosen.target_factor_codes if FACTORS[code].category == "plan")
    assignment = Assignment(
        chosen,
        cast.sanne.organisation_id,
        WORDS,
        targets[:1],
        build.TODAY,
        build.TODAY + timedelta(weeks=9),
        is_age_confirmed=True,
    )
    row = interventions.assign_intervention(case, assignment, today=build.TODAY)
    db.session.flush()
    return row


def _providers(cast: Cast, at_work: AtWork, case_id: UUID) -> tuple[Person, UUID, list[UUID]]:
    """Another provider with one place: one youth has it, one waits, one is not answered yet."""
    with at_work(cast.els):
        owner_url = current_app.config["SETTINGS"].owner_database_url
    noor = acting.hire_partner(owner_url, "noor", "JEUGDHULP")
    day = build.TODAY
    terms = providing.Terms(
        1, 4_500, day - timedelta(days=30), day + timedelta(days=900), (), WORDS
    )
    with at_work(cast.els):
        offer = make_offer(noor.organisation_id, "TOOLS4U", terms, reason=WORDS)
        change_offer(offer, replace(terms, price=5_000), reason=WORDS, version=offer.version)
        offer_id = offer.id
    sent_ids = []
    for number, name in enumerate(("Yassin", "Mila", "Omar")):
        other = case_id if not number else build.a_case(
            cast, at_work, given_name=name, family_name="Novak", birth_date=date(2010, 2, 2),
            reason=WORDS, area="Lorem",
        )  # fmt: skip
        with at_work(cast.sanne):
            chosen = Assignment(
                INTERVENTIONS["TOOLS4U"],
                noor.organisation_id,
                WORDS,
                tuple(factor.code for factor in targets(INTERVENTIONS["TOOLS4U"])[:1]),
                day,
                day + timedelta(weeks=9),
                is_age_confirmed=True,
                message=WORDS,
            )
            row = interventions.assign_intervention(build.the_case(other), chosen, today=day)
            referral = referring.of_trajectory(row.id)
            assert referral is not None
            sent_ids.append(referral.id)
    for id_ in sent_ids[:2]:
        with at_work(noor):
            asked = _row(ProviderReferral, id_)
            referring.answer_as_provider(
                asked, providing.Said(providing.Answer.ACCEPTED, 1), today=day
            )
    return noor, offer_id, sent_ids


def _carried(cast: Cast, at_work: AtWork, noor: Person, referral_id: UUID) -> Carried:
    """Noor met the youth and writes, Sanne notes the start and approves; Noor changes it again."""
    day = build.TODAY
    with at_work(noor):
        asked = _row(ProviderReferral, referral_id)
        referring.note_conversation(
            asked, day, action=Action.PROVIDER_ANSWER, version=asked.version, today=day
        )
    with at_work(cast.sanne):
        row = _row(Trajectory, _row(ProviderReferral, referral_id).trajectory_id)
        interventions.start_trajectory(row, Start(day, row.version), today=day)
        trajectory_id = row.id
    plan_id = _submitted(noor, at_work, trajectory_id)
    with at_work(cast.sanne):
        plan = _row(DosagePlan, plan_id)
        delivery.approve_plan(plan, plan.version, today=day)
    with at_work(noor):
        row = _row(Trajectory, trajectory_id)
        key = writing.goals_of(_row(DosagePlan, plan_id))[0].goal_key
        met = meeting.plan_meeting(row, Meeting(key, day, None, 45), today=day)
        ending.tell_concern(row, WORDS, today=day)
        rest = Rest(day + timedelta(days=40), delivery_rules.PauseReason.OTHER, WORDS)
        resting.ask_pause(row, rest, today=day)
        concept = delivery.begin_amending(row, WORDS, today=day)
        db.session.flush()
        return Carried(row.id, concept.id, writing.goals_of(concept)[0].id, met.id)


def _move(rows: list[Trajectory]) -> None:
    """The first stays proposed; the others start, and one is completed and one stopped."""
    day = build.TODAY
    for row in rows[1:]:
        give_place(row, on=day)
        interventions.start_trajectory(row, Start(day, row.version), today=day)
        db.session.flush()
    done = Completion(CompletionResult.PARTLY_REACHED, day, WORDS, rows[2].version)
    interventions.complete_trajectory(rows[2], done, today=day)
    left = Stop(StopReason.NO_PLACE, day, WORDS, rows[3].version)
    interventions.stop_trajectory(rows[3], left, today=day)


def _lists(client: FlaskClient) -> list[UUID]:
    """One list that is looked at, one that was taken over, one whose columns are not clear."""
    sound = {
        **SOUND,
        "Voornaam": "Lina",
        "Achternaam": "Novak",
        "Tussenvoegsel": "",
        "Aanmelder": "oov",
        "Reden aanmelding": WORDS,
    }
    wrong = {**sound, "Geboortedatum": "x", "Geïnformeerd op": ""}
    good = {**sound, "Voornaam": "Omar", "Geboortedatum": "5-6-2010"}
    found = []
    for content in (
        _titled(csv_of(sound, wrong)),
        _titled(csv_of(good, wrong)),
        b"a;b\n1;2\n",
    ):
        page = acting.filled(client, "/overnemen")
        answer = client.post("/overnemen", data={**page, "file": (io.BytesIO(content), "l.csv")})
        found.append(UUID(answer.location.rsplit("/", 1)[-1]))
    token = acting.filled(client, f"/overnemen/{found[1]}")
    client.post(f"/overnemen/{found[1]}/uitvoeren", data=token)
    return found


def _titled(content: bytes) -> bytes:
    for theirs, ours in TITLES.items():
        content = content.replace(theirs.encode(), ours.encode())
    return content
