"""Verbs of a group approach: begin, write, agree, hand on to a referral, and end."""

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from pmg.errors import Conflict, Invalid
from pmg.extensions import Model, db
from pmg.groups import rules, seats
from pmg.groups.models import (
    GroupAgreement,
    GroupApproach,
    GroupObservation,
    GroupPicture,
    GroupStep,
    GroupTransfer,
)
from pmg.groups.rules import Agreed, Frame, Outcome, Removal, Result, Sighting, Stage, Who
from pmg.security import access, audit, encryption, telling
from pmg.security.policy import Action
from pmg.security.telling import Kind


def start(frame: Frame, *, today: date) -> GroupApproach:
    """Begin a group approach under a key of its own; the reader leads it.

    Raises NotPermitted, or Invalid when a part cannot be.
    """
    desk = access.workplace()
    access.require(Action.GROUP_START, desk)
    clean = rules.check_frame(frame, desk.municipality_id, today=today)
    group = GroupApproach(municipality_id=desk.municipality_id, id=uuid4())
    encryption.create_keys([group.id])
    _put(group, clean)
    group.opened_on, group.opened_by = today, access.reader().user_id
    db.session.add(group)
    db.session.flush()
    seats.take_first(group)
    audit.wrote(Action.GROUP_START, group, group.id)
    return group


def change(group: GroupApproach, frame: Frame, *, version: int, today: date) -> None:
    """Change what it is called, where it is, and when partners look back.

    Raises NotPermitted, Conflict when somebody changed it since, or Invalid.
    """
    access.require(Action.GROUP_LEAD, group)
    rules.check_open(group.closed_on)
    clean = rules.check_frame(frame, group.municipality_id, today=today)
    if group.version != version:
        raise Conflict(
            theirs=_texts(group.name, group.place, group.review_on),
            mine=_texts(clean.name, clean.place, clean.review_on),
        )
    _put(group, clean)
    audit.wrote(Action.GROUP_LEAD, group, group.id)


def write_step(
    group: GroupApproach, stage: Stage, words: str, *, done_on: date | None, version: int
) -> None:
    """Write what came of a step, and whether it is done.

    Raises NotPermitted, Conflict when somebody wrote since, or Invalid when it says too little.
    """
    access.require(Action.GROUP_LEAD, group)
    rules.check_open(group.closed_on)
    clean = rules.nameless("words", words, least=rules.SHORTEST_WORDS)
    found = _step(group, stage)
    if version != (found.version if found else 0):
        raise _both(found, clean)
    row = found or GroupStep(**_under(group), stage=stage)
    row.words, row.done_on, row.by_id = clean, done_on, access.reader().user_id
    if found is None and not _first(row):
        raise _both(_step(group, stage), clean)
    audit.wrote(Action.GROUP_LEAD, row, row.id)


def observe(group: GroupApproach, seen: Sighting, *, today: date) -> GroupObservation:
    """Write down what was seen of the group. Raises NotPermitted, or Invalid."""
    access.require(Action.GROUP_WRITE, group)
    rules.check_open(group.closed_on)
    clean = rules.check_sighting(seen, today=today)
    reader = access.reader()
    row = GroupObservation(
        **_under(group),
        on_day=clean.on,
        clock=clean.at,
        place=clean.place,
        words=clean.words,
        source=clean.source,
        nature=clean.nature,
        organisation_id=reader.organisation_id,
        by_id=reader.user_id,
    )
    db.session.add(row)
    audit.wrote(Action.GROUP_WRITE, row, row.id)
    return row


def remove(observation: GroupObservation, because: Removal) -> None:
    """Take the words of an observation away for good; that it was there stays.

    Raises NotPermitted, or Invalid when it is gone already.
    """
    wrote_it = observation.by_id == access.reader().user_id
    access.require(Action.GROUP_WRITE if wrote_it else Action.GROUP_LEAD, observation)
    if observation.removed_because is not None:
        raise Invalid("because", "Deze waarneming is al weggehaald.")
    observation.words = observation.place = None
    observation.removed_because = because
    observation.removed_by = access.reader().user_id
    audit.wrote(Action.GROUP_WRITE, observation, observation.id)


def draw(group: GroupApproach, words: str, *, who: Who, version: int) -> None:
    """Write how the reader's own organisation sees the group; `who` says who reads it.

    Raises NotPermitted, Conflict when a colleague wrote since, or Invalid when it says too little.
    """
    access.require(Action.GROUP_WRITE, group)
    rules.check_open(group.closed_on)
    clean = rules.nameless("words", words, least=rules.SHORTEST_WORDS)
    reader = access.reader()
    found = own_picture(group)
    if version != (found.version if found else 0):
        raise _both(found, clean)
    row = found or GroupPicture(**_under(group), organisation_id=reader.organisation_id)
    row.is_shared, row.by_id = who is Who.ALL, reader.user_id
    row.words = clean
    if found is None and not _first(row):
        raise _both(own_picture(group), clean)
    audit.wrote(Action.GROUP_WRITE, row, row.id)


def own_picture(group: GroupApproach) -> GroupPicture | None:
    """Return the picture of the reader's own organisation. Raises NotPermitted."""
    access.require(Action.GROUP_SHOW, group)
    return db.session.scalars(
        select(GroupPicture).where(
            GroupPicture.municipality_id == group.municipality_id,
            GroupPicture.group_id == group.id,
            GroupPicture.organisation_id == access.reader().organisation_id,
        )
    ).one_or_none()


def agree(group: GroupApproach, agreed: Agreed, owner_id: UUID, *, today: date) -> None:
    """Write down what a participant will do. Raises NotPermitted, or Invalid."""
    access.require(Action.GROUP_LEAD, group)
    rules.check_open(group.closed_on)
    clean = rules.check_agreed(agreed, today=today)
    if owner_id not in {one.user_id for one in seats.seated(group)}:
        raise Invalid("owner", "Kies iemand die aan de groepsaanpak deelneemt.")
    row = GroupAgreement(
        **_under(group),
        what=clean.what,
        owner_id=owner_id,
        due_on=clean.due_on,
        made_by=access.reader().user_id,
    )
    db.session.add(row)
    telling.tell(Kind.GROUP_AGREED, group, [owner_id], item_id=group.id)
    audit.wrote(Action.GROUP_LEAD, row, row.id)


def answer(
    agreement: GroupAgreement, outcome: Outcome, words: str, *, version: int, today: date
) -> None:
    """Say what became of an agreement: by its owner, or by who leads.

    Raises NotPermitted, Conflict when it was answered since, or Invalid without a reason.
    """
    mine = agreement.owner_id == access.reader().user_id
    access.require(Action.GROUP_WRITE if mine else Action.GROUP_LEAD, agreement)
    clean = rules.check_answer(outcome, words)
    if agreement.version != version or agreement.outcome is not None:
        theirs = Outcome(agreement.outcome).label if agreement.outcome else ""
        raise Conflict(theirs={"outcome": theirs}, mine={"outcome": outcome.label})
    agreement.outcome, agreement.words = outcome, clean
    agreement.answered_on, agreement.answered_by = today, access.reader().user_id
    audit.wrote(Action.GROUP_WRITE, agreement, agreement.id)


def transfer(group: GroupApproach, *, today: date) -> None:
    """Note that the reader begins a referral: that, by whom and on which day, and no more.

    Nothing of the group goes along and nothing of the referral comes back. Raises NotPermitted.
    """
    access.require(Action.GROUP_TRANSFER, group)
    access.require(Action.CASE_REFER, access.workplace())
    rules.check_open(group.closed_on)
    row = GroupTransfer(**_under(group), by_id=access.reader().user_id, on_day=today)
    db.session.add(row)
    audit.wrote(Action.GROUP_TRANSFER, row, row.id)


def close(group: GroupApproach, result: Result, words: str, *, today: date) -> None:
    """End a group approach with what came of it.

    Raises NotPermitted, or Invalid when it is closed or an agreement is open.
    """
    access.require(Action.GROUP_LEAD, group)
    rules.check_open(group.closed_on)
    clean = rules.nameless("words", words, least=rules.SHORTEST_WORDS)
    still = db.session.scalars(
        select(GroupAgreement.id).where(
            GroupAgreement.municipality_id == group.municipality_id,
            GroupAgreement.group_id == group.id,
            GroupAgreement.outcome.is_(None),
        )
    ).first()
    if still is not None:
        raise Invalid(
            "result", "Er staat nog een afspraak open. Rond die eerst af, of laat haar vervallen."
        )
    group.closed_on, group.closed_by = today, access.reader().user_id
    group.result, group.ending = result, clean
    audit.wrote(Action.GROUP_LEAD, group, group.id)


def _first(row: Model) -> bool:
    """Add a row of which there can be one; False when somebody was first at the same moment."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def _both(theirs: GroupStep | GroupPicture | None, mine: str) -> Conflict:
    return Conflict(theirs={"words": theirs.words if theirs else ""}, mine={"words": mine})


def _put(group: GroupApproach, frame: Frame) -> None:
    group.name, group.place = frame.name, frame.place
    group.area_code, group.review_on = frame.area, frame.review_on


def _texts(name: str, place: str, review_on: date) -> dict[str, str]:
    return {"name": name, "place": place, "review_on": f"{review_on:%d-%m-%Y}"}


def _step(group: GroupApproach, stage: Stage) -> GroupStep | None:
    return db.session.scalars(
        select(GroupStep).where(
            GroupStep.municipality_id == group.municipality_id,
            GroupStep.group_id == group.id,
            GroupStep.stage == stage,
        )
    ).one_or_none()


def _under(group: GroupApproach) -> dict[str, object]:
    return {
        "municipality_id": group.municipality_id,
        "id": uuid4(),
        "group_id": group.id,
    }
