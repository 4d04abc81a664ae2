"""What can be done with a case: look up, refer, decide, correct, reveal, close."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from pmg.cases import files, known, members, persons, rules, search
from pmg.cases.intake import (
    Correction,
    Decision,
    Ending,
    Intake,
    Person,
    Terms,
    Told,
    changed,
    check_details,
    check_intake,
    check_told,
)
from pmg.cases.models import Case, Closure, Referral, TriageDecision, Youth
from pmg.cases.signals import case_closed
from pmg.clock import now
from pmg.errors import Conflict, Invalid, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.texts import to_translate

# In which function someone takes part in the case that he refers: the first that he has.
_REFERS_AS = (Role.CASE_DIRECTOR, Role.YOUTH_WORKER, Role.PROCESS_DIRECTOR)


OTHER_WANTED = to_translate(
    "Er is al een jongere met bijna dezelfde gegevens. Is het iemand anders? Schrijf dan hoe u dat "
    "weet."
)


def look_up(person: Person) -> list[known.Hit]:
    """Tell whether a youth may be known in the municipality, and whom to call.

    Raises Invalid after sixty times in an hour, or after a day's worth of hits. The look is
    logged, also when nothing is found, and stands in the log of each youth who was found.
    """
    desk = access.workplace()
    access.require(Action.YOUTH_CHECK, desk)
    known.count_look_up()
    known.check_told()
    found = dict.fromkeys(search.find(person))
    if person.bsn and known.may_give_bsn():
        found |= dict.fromkeys(known.by_bsn([rules.check_bsn(person.bsn)]))
    hits = known.hits(list(found))
    known.note_look_up(hit.youth_id for hit in hits)
    known.check_told()
    audit.wrote(Action.YOUTH_CHECK, desk, access.reader().user_id)
    return hits


def who_is_known(intake: Intake) -> list[known.Hit]:
    """Tell, before a file is made, which youths much like this one are known already.

    It is logged of each of them and counts as a look, whatever was looked up before: names may
    have been changed since. Raises Invalid as `look_up` does.
    """
    access.require(Action.YOUTH_CHECK, access.workplace())
    known.count_look_up()
    return _known(intake.person)


def _known(person: Person) -> list[known.Hit]:
    known.check_told()
    hits = known.hits(list(dict.fromkeys(search.find(person))))
    known.note_look_up(hit.youth_id for hit in hits)
    known.check_told()
    return hits


def refer_new(intake: Intake, *, today: date, ages: rules.AgeBounds = rules.DEFAULT_AGES) -> Case:
    """Open the file of a youth nobody knows, or of whom it is said why he is somebody else.

    Raises Invalid('other_because') when a youth much like him is known and no reason is given, and
    all that `refer` raises.
    """
    if not _known(intake.person):
        intake = replace(intake, other_because=None)
    elif not intake.other_because:
        raise Invalid("other_because", OTHER_WANTED)
    return refer(intake, today=today, ages=ages)


def refer(intake: Intake, *, today: date, ages: rules.AgeBounds = rules.DEFAULT_AGES) -> Case:
    """Open the file of one youth, as `refer_many` does; the event is logged under the new case.

    Raises Invalid also after a day's worth of citizen service numbers that were known.
    """
    if intake.details.bsn:
        known.check_told()
    case = refer_many([intake], today=today, ages=ages)[0]
    access.work().case_id = case.id
    telling.tell(Kind.REFERRED, case, members.of(case, Role.PROCESS_DIRECTOR))
    return db.session.get_one(Case, (case.municipality_id, case.id))


def refer_many(
    intakes: Sequence[Intake], *, today: date, ages: rules.AgeBounds = rules.DEFAULT_AGES
) -> list[Case]:
    """Open the files of many youths at once: all or, at the first that is wrong, none.

    Each gets a key, a number, a seat for the reader and one for every process director, who
    decides on it; when a list brings the decision, one for its director instead. The cases that
    come back are not bound to the session. Raises NotPermitted, or Invalid as `check_intake`
    does, when a citizen service number is known already, and when nobody may direct.
    """
    access.require(Action.CASE_REFER, access.workplace())
    reader = access.reader()
    terms = Terms(reader.municipality_id, reader.organisation_type, today, ages)
    checked = [check_intake(intake, terms) for intake in intakes]
    _check_bsns([intake.details.bsn for intake in checked if intake.details.bsn])
    _check_decided(checked)
    own = next(role for role in _REFERS_AS if role in reader.roles)
    deciders = [colleague.id for colleague in members.colleagues(Role.PROCESS_DIRECTOR)]
    cases = files.open_files(checked, files.Seats(own, deciders), today=today)
    for case in cases:
        audit.wrote(Action.CASE_REFER, case, case.id)
    for decision in files.write_decisions(cases, checked):
        audit.wrote(Action.CASE_IMPORT, decision, decision.id)
    return cases


def _check_bsns(numbers: Sequence[str]) -> None:
    if not numbers:
        return
    if not known.may_give_bsn():
        raise NotPermitted("bsn_not_given")
    taken = known.by_bsn(numbers)
    known.note_look_up(taken)
    if taken or len(set(numbers)) < len(numbers):
        raise Invalid("bsn", files.BSN_TAKEN)


def _check_decided(intakes: Sequence[Intake]) -> None:
    decisions = {replace(each.decided.decision, motivation="") for each in intakes if each.decided}
    if decisions:
        access.require(Action.CASE_IMPORT, access.workplace())
    for decision in decisions:
        _chosen(decision)


def decide_triage(case: Case, decision: Decision, *, today: date) -> TriageDecision:
    """Decide on a referral. The director gets a seat; other process directors lose theirs.

    Raises NotPermitted, or Invalid when it was decided before, has no motivation, or names a
    director or youth worker who does not have that role in the municipality.
    """
    access.require(Action.CASE_TRIAGE, case)
    motivation = rules.check_triage(case.facts, today, motivation=decision.motivation, today=today)
    chosen = _chosen(decision)
    case.triaged_on, case.triage_outcome = today, decision.outcome
    case.director_id = chosen.get(Role.CASE_DIRECTOR)
    reader_id = access.reader().user_id
    row = TriageDecision(
        **_under(case),
        outcome=decision.outcome,
        motivation=motivation,
        decided_on=today,
        decided_by=reader_id,
        director_id=case.director_id,
    )
    db.session.add(row)
    for function, user_id in chosen.items():
        members.seat(case, user_id, function)
    db.session.flush()
    telling.tell(Kind.SEATED, case, chosen.values())
    members.end_seats(case, Role.PROCESS_DIRECTOR, but=[reader_id])
    # Who entered it and has no seat any more could not open what the message leads to.
    telling.tell(Kind.DECIDED, case, {_referred_by(case)} & set(members.of(case)))
    audit.wrote(Action.CASE_TRIAGE, row, row.id)
    return row


def _referred_by(case: Case) -> UUID | None:
    return db.session.scalar(
        select(Referral.submitted_by).where(
            Referral.municipality_id == case.municipality_id, Referral.case_id == case.id
        )
    )


def _chosen(decision: Decision) -> dict[Role, UUID]:
    """Return who gets a seat; a director always, and only, when the youth is taken in."""
    if decision.outcome is not rules.Outcome.ACCEPT:
        return {}
    if decision.director_id is None:
        raise Invalid("director", "Kies wie de casusregisseur wordt.")
    chosen = {Role.CASE_DIRECTOR: decision.director_id}
    if decision.youth_worker_id is not None:
        chosen[Role.YOUTH_WORKER] = decision.youth_worker_id
    for role, field in ((Role.CASE_DIRECTOR, "director"), (Role.YOUTH_WORKER, "youth_worker")):
        if role in chosen and chosen[role] not in {who.id for who in members.colleagues(role)}:
            raise Invalid(field, "Kies iemand uit de lijst.")
    return chosen


def edit_details(case: Case, correction: Correction, *, terms: Terms) -> None:
    """Correct who the youth is and on what ground the case rests; note that he was told.

    Raises Conflict with both texts when a colleague changed something since the reader saw it,
    NotPermitted, or Invalid at what cannot be right. A citizen service number that is not given
    stays as it is.
    """
    access.require(Action.CASE_EDIT, case)
    persons.lock(case.youth_id)
    youth = db.session.get_one(
        Youth, (case.municipality_id, case.youth_id), populate_existing=True, with_for_update=True
    )
    clean = check_details(correction.details, terms, on=case.referred_on)
    changes = changed(files.details_of(case, youth), clean)
    if changes and correction.seen != files.mark_of(case, youth):
        raise Conflict(
            theirs={name: old for name, (old, _new) in changes.items()},
            mine={name: new for name, (_old, new) in changes.items()},
        )
    if clean.bsn is not None:
        known.check_told()
        _check_bsns([clean.bsn])
        changes["bsn"] = ("", rules.mask_bsn(clean.bsn))
    files.write_details(youth, clean)
    files.write_ground(case, clean)
    persons.write_others(youth, clean)
    if correction.told is not None:
        changes |= _tell(case, check_told(correction.told, today=terms.today))
    audit.wrote(Action.CASE_EDIT, case, case.id, **changes)


def tell(case: Case, told: Told, *, today: date) -> None:
    """Write down that the youth was told. Raises NotPermitted, or Invalid when it stood there."""
    access.require(Action.CASE_EDIT, case)
    changes = _tell(case, check_told(told, today=today))
    if not changes:
        raise Invalid("told_on", "Er stond al dat de jongere het weet.")
    audit.wrote(Action.CASE_EDIT, case, case.id, **changes)


def _tell(case: Case, told: Told) -> dict[str, tuple[str, str]]:
    referral = db.session.scalars(
        select(Referral).where(
            Referral.municipality_id == case.municipality_id, Referral.case_id == case.id
        )
    ).one()
    if referral.told:
        return {}
    referral.told, referral.told_on = told.on is not None, told.on
    if told.on is None:
        referral.not_told_reason = told.not_yet_because
        referral.tell_again_on = told.look_again_on
    return {"told": ("nee", "ja" if told.on else "nee")}


def reveal_bsn(case: Case) -> str | None:
    """Return the citizen service number of the youth; the act stands in the log by itself."""
    access.require(Action.BSN_REVEAL, case)
    youth = db.session.get_one(Youth, (case.municipality_id, case.youth_id))
    audit.wrote(Action.BSN_REVEAL, youth, youth.id)
    return youth.bsn


def close_case(case: Case, ending: Ending, *, today: date) -> Closure:
    """Close a case; what still runs under it ends with it, in the same transaction.

    Raises NotPermitted, or Invalid when the case is not open, the days are not in order, or it is
    not said who gives the aftercare.
    """
    access.require(Action.CASE_CLOSE, case)
    motivation = rules.check_closure(
        case.facts,
        ending.closed_on,
        motivation=ending.motivation,
        aftercare_until=ending.aftercare_until,
        today=today,
    )
    _check_aftercare_by(ending)
    case.closed_on, case.close_result = ending.closed_on, ending.result
    case.aftercare_until, case.updated_at = ending.aftercare_until, now()
    row = Closure(
        **_under(case),
        result=ending.result,
        daytime_activity=ending.daytime_activity,
        motivation=motivation,
        closed_on=ending.closed_on,
        closed_by=access.reader().user_id,
        aftercare_until=ending.aftercare_until,
        aftercare_by=ending.aftercare_by,
    )
    db.session.add(row)
    case_closed.send(case, on=ending.closed_on)
    telling.tell(Kind.CLOSED, case, members.of(case))
    audit.wrote(Action.CASE_CLOSE, row, row.id)
    return row


def _check_aftercare_by(ending: Ending) -> None:
    if ending.aftercare_until is not None and ending.aftercare_by is None:
        raise Invalid("aftercare_by", "Kies welke organisatie de nazorg geeft.")
    if ending.aftercare_by is None:
        return
    if ending.aftercare_until is None:
        raise Invalid("aftercare_until", "Vul in tot en met welke dag er nazorg is.")
    if ending.aftercare_by not in {each.id for each in members.organisations()}:
        raise Invalid("aftercare_by", "Kies een organisatie uit de lijst.")


def _under(case: Case) -> dict[str, object]:
    return {
        "municipality_id": case.municipality_id,
        "youth_id": case.youth_id,
        "case_id": case.id,
        "id": uuid4(),
    }
