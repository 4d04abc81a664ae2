"""The last weeks of the log of an invented case, so that 'who has seen this' has an answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from pmg.demo.chances import generator
from pmg.demo.people import Account
from pmg.demo.rows import moment
from pmg.demo.story import Story
from pmg.security import policy
from pmg.security.policy import Action, Tie

WEEKS = 8
_MOST_LOOKS = 4
_NAMED = ["birth_date", "family_name", "given_name"]
_READ = [*_NAMED, "area", "reason", "referrer_name"]
COLUMNS = {
    "audit_event": (
        "municipality_id", "id", "at", "user_id", "organisation_id", "session_id", "roles",
        "action", "outcome", "code", "policy_version", "case_id", "address", "request_id",
        "written",
    ),
    "audit_subject": (
        "municipality_id", "event_id", "youth_id", "at", "fields", "changes_sealed",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """Something that someone did on a day, on a page of the case."""

    account: Account
    on: date
    action: Action
    page: str = ""
    table: str | None = None
    fields: tuple[str, ...] = tuple(_NAMED)
    row_id: UUID | None = None


def events(story: Story, *, until: date) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Return the rows of the log of the last weeks, with their tables."""
    since = until - timedelta(weeks=WEEKS)
    acts = [act for act in (*_work(story), *_looks(story, until)) if since < act.on <= until]
    for number, act in enumerate(acts):
        yield from _rows(story, act, uuid5(story.case_id, f"event {number}"))


def _work(story: Story) -> Iterator[Act]:
    yield Act(story.submitted_by, story.referred_on, Action.CASE_REFER, table="case_file")
    if story.triaged_on:
        by = story.process_director
        yield Act(by, story.triaged_on, Action.CASE_TRIAGE, "/triage", "triage_decision")
    for number, seen in enumerate(story.sightings):
        action, page = Action.FACTOR_OBSERVE, "/factoren/nieuw"
        row_id = story.row_id(f"observation {number}")
        yield Act(seen.observer, seen.on, action, page, "factor_observation", row_id=row_id)
    for number, one in enumerate(story.moments):
        row_id = story.row_id(f"contact {number}")
        action, page = Action.JOURNAL_WRITE, "/contact/nieuw"
        yield Act(one.author, one.on, action, page, "journal_entry", row_id=row_id)
    for work in story.work:
        action, page = Action.INTERVENTION_ASSIGN, "/inzet/nieuw"
        yield Act(story.director, work.assigned_on, action, page, "trajectory")
    if story.closed_on:
        yield Act(story.director, story.closed_on, Action.CASE_CLOSE, "/afsluiten", "closure")


def _looks(story: Story, until: date) -> Iterator[Act]:
    """Members look into an open case now and then."""
    if story.closed_on:
        return
    rng = generator(story.case_id, "looks")
    for account, joined_on in story.members.values():
        for _look in range(rng.randint(0, _MOST_LOOKS)):
            on = until - timedelta(days=rng.randrange(WEEKS * 7))
            if on >= joined_on:
                yield Act(account, on, Action.CASE_SHOW, fields=tuple(_READ))


def _rows(story: Story, act: Act, event_id: UUID) -> Iterator[tuple[str, tuple[Any, ...]]]:
    at = moment(act.on, event_id)
    # As the application writes it: which verb wrote which row.
    written = [{"action": act.action.value, "table": act.table, "id": str(act.row_id or event_id)}]
    yield (
        "audit_event",
        (
            story.municipality_id, event_id, at, act.account.id, act.account.organisation.id,
            None, [act.account.role.value], act.action.value, "allowed", _code(act.action),
            policy.version(), story.case_id, f"/zaken/{story.case_id}{act.page}", event_id.hex,
            json.dumps(written if act.table else []),
        ),
    )  # fmt: skip
    yield (
        "audit_subject",
        (story.municipality_id, event_id, story.youth_id, at, sorted(act.fields), None),
    )


@cache
def _code(action: Action) -> str:
    """Return the code of the decision that allows it."""
    ties = {Tie.MEMBER, Tie.MUNICIPALITY}
    row = next(rule for rule in policy.table() if rule.action is action and rule.tie in ties)
    return f"row_{row.number}"
