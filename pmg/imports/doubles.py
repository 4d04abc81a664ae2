"""Which youths of a list are in the system already, asked for all rows at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from pmg.cases import known, search
from pmg.cases.files import BSN_TAKEN
from pmg.cases.intake import Person
from pmg.imports.cells import Problem
from pmg.imports.columns import FIELDS
from pmg.imports.newcase import NewCase
from pmg.texts import to_translate

_ASK_DIRECTOR = to_translate(
    "Deze jongere is misschien al bekend. Overleg met casusregisseur %(name)s. Is het iemand "
    "anders? Kies bij het overnemen dan 'Toch overnemen'."
)
_ASK_PROCESS_DIRECTOR = to_translate(
    "Deze jongere is misschien al bekend. Overleg met de procesregisseur van uw gemeente. Is het "
    "iemand anders? Kies bij het overnemen dan 'Toch overnemen'."
)


@dataclass(frozen=True, slots=True)
class Doubles:
    """Rows whose number is taken, and rows that look like someone: whom to call, or ''."""

    taken: Sequence[Problem]
    known: dict[int, str]


def find_doubles(cases: Sequence[NewCase]) -> Doubles:
    """Look up every youth of these rows, by number and by name.

    Raises Invalid when the reader would hear of more youths than a day's work asks.
    """
    known.check_told()
    numbers = known.youths_by_bsn([case.bsn for case in cases if case.bsn])
    known.note_look_up(numbers.values())
    taken = [case for case in cases if case.bsn in numbers]
    rest = [case for case in cases if case.bsn not in numbers]
    perhaps = find_known(rest)
    known.check_told()
    return Doubles([Problem(case.row, FIELDS["bsn"].label, BSN_TAKEN) for case in taken], perhaps)


def find_known(cases: Sequence[NewCase], *, but: Collection[UUID] = ()) -> dict[int, str]:
    """Return which rows look like a youth who is known, and whom to call about him, or ''.

    `but` are youths of this very list. Who is found gets this look in his own log, as at a
    referral by hand.
    """
    found = search.find_all([_person(case) for case in cases])
    wanted = {youth_id for ids in found for youth_id in ids} - set(but)
    # The index of names may still hold who was erased; only a case makes someone known.
    contacts = {hit.youth_id: hit.contact or "" for hit in known.hits(list(wanted))}
    known.note_look_up(contacts)
    return {
        case.row: next(contacts[each] for each in ids if each in contacts)
        for case, ids in zip(cases, found, strict=True)
        if any(each in contacts for each in ids)
    }


def known_problem(row: int, contact: str) -> Problem:
    """Return the advice for a youth who may be known."""
    title = FIELDS["birth_date"].label
    if contact:
        return Problem(row, title, _ASK_DIRECTOR, {"name": contact})
    return Problem(row, title, _ASK_PROCESS_DIRECTOR)


def _person(case: NewCase) -> Person:
    return Person(case.given_name, case.family_name, case.birth_date)
