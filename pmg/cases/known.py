"""What may be said of a youth who may be known already: whom to call, and nothing of the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text

from pmg.accounts import brake
from pmg.cases import persons
from pmg.cases.files import bsn_digest
from pmg.cases.models import Case
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security import access, policy
from pmg.security.encryption import Place, digest, keystore, unseal
from pmg.security.policy import Action, Category

LOOK_UPS_AN_HOUR = 60
TOLD_A_DAY = 50
LOOK_UP = "look_up"  # in the log, among the fields that opened
_HOUR = timedelta(hours=1)
_TOO_MANY = "too_many_known"
_TOLD = text("SELECT pmg_told_in_a_day(CAST(:also AS uuid[]))")
_BY_BSN = text("SELECT bsn_digest, id FROM pmg_intake_bsns(CAST(:digests AS bytea[]))")
_CONTACTS = text(
    "SELECT wanted AS youth_id, c.director_id, c.director_sealed, c.is_open"
    " FROM unnest(CAST(:ids AS uuid[])) wanted, LATERAL pmg_intake_contact(wanted) c"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A youth who may be the one looked for; a case only when it is the reader's own."""

    youth_id: UUID
    contact: str | None
    is_open: bool
    case_id: UUID | None


def may_give_bsn() -> bool:
    """Tell whether the reader may enter a citizen service number: who reads one on his cases."""
    facts = policy.Facts(same_municipality=True, member=True)
    return policy.decide(access.reader().who, Action.DATA_READ, Category.BSN, facts).allow


def by_bsn(numbers: Sequence[str]) -> list[UUID]:
    """Return the municipality's youths with these citizen service numbers."""
    return list(youths_by_bsn(numbers).values())


def youths_by_bsn(numbers: Sequence[str]) -> dict[str, UUID]:
    """Return which of these citizen service numbers are in use, and by which youth."""
    numbered = {bsn_digest(number): number for number in numbers}
    found = db.session.execute(_BY_BSN, {"digests": list(numbered)})
    return {numbered[bytes(row.bsn_digest)]: row.id for row in found}


def hits(youth_ids: Sequence[UUID]) -> list[Hit]:
    """Return what may be said of these youths: own cases first, then open ones.

    Of one person with several files one thing is said.
    """
    if not youth_ids:
        return []
    person_of = {same.youth_id: same.person_id for same in persons.same_as(youth_ids)}
    own = _own_cases(list(person_of))
    found = [
        Hit(
            row.youth_id,
            _name(row.director_id, row.director_sealed),
            row.is_open,
            own.get(row.youth_id),
        )
        for row in db.session.execute(_CONTACTS, {"ids": list(person_of)})
    ]
    once: dict[UUID, Hit] = {}
    for hit in sorted(found, key=lambda hit: (hit.case_id is None, not hit.is_open)):
        once.setdefault(person_of[hit.youth_id], hit)
    return list(once.values())


def _own_cases(youth_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    rows = db.session.execute(
        select(Case.youth_id, Case.id)
        .where(
            Case.municipality_id == access.reader().municipality_id,
            Case.youth_id.in_(youth_ids),
        )
        .order_by(Case.referred_on)
    )
    return {row.youth_id: row.id for row in rows}


def _name(user_id: UUID | None, sealed: bytes | None) -> str | None:
    if user_id is None or sealed is None:
        return None
    municipality_id = access.reader().municipality_id
    place = Place(municipality_id, "user_account", "name_sealed", user_id)
    return unseal(keystore().municipality(municipality_id), place, bytes(sealed)).decode()


def note_look_up(youth_ids: Iterable[UUID]) -> None:
    """Note for the log of each of these youths that the reader was told he is known."""
    for youth_id in youth_ids:
        access.work().subjects.setdefault(youth_id, set()).add(LOOK_UP)


def count_look_up() -> None:
    """Count one look of the reader; raise Invalid after sixty in an hour."""
    key = digest("look_up", str(access.reader().user_id))
    brake.take_turn(key)
    used, _latest = brake.tries(key, within=_HOUR)
    if used >= LOOK_UPS_AN_HOUR:
        access.work().refusal = _TOO_MANY
        raise Invalid(
            "look_up",
            "U hebt het afgelopen uur al %(number)d keer gezocht. Probeer het later opnieuw.",
            number=LOOK_UPS_AN_HOUR,
        )
    brake.count(key)


def check_told() -> None:
    """Raise Invalid when the reader hears of more youths than a day's work asks.

    Asked before a look, so that who has heard enough learns nothing more, and after a look that
    may find many. Youths of his own cases do not count, others once a day. It is the log that is
    counted: what was refused, undone or done by another worker counts too.
    """
    brake.take_turn(digest("told", str(access.reader().user_id)))
    found = [youth for youth, fields in access.work().subjects.items() if LOOK_UP in fields]
    told = db.session.scalar(_TOLD, {"also": found}) or 0
    if told > TOLD_A_DAY or (told == TOLD_A_DAY and not found):
        access.work().refusal = _TOO_MANY
        raise Invalid(
            "told",
            "U kunt op een dag van hoogstens %(number)d jongeren buiten uw eigen zaken horen dat "
            "zij al bekend zijn. Ga morgen verder. Is het een lijst? Neem dan minder rijen.",
            number=TOLD_A_DAY,
        )
