"""What the pages of merging show: a proposal, and on a case the other file of the same youth."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, text

from pmg.accounts.queries import names
from pmg.cases.models import Case
from pmg.cases.naming import names_of
from pmg.clock import now
from pmg.extensions import db
from pmg.merging.models import YouthMerge
from pmg.merging.rules import CAN_BE_UNDONE, IS_ONE, State
from pmg.security import access, policy
from pmg.security.encryption import Place, keystore, unseal
from pmg.security.policy import Action

# A case that is not the reader's own is no row to him: then only whom to call, if he may hear it.
_OF_CASE = text(
    """
SELECT m.id, m.state, o.id AS other_id, o.number, c.director_id, c.director_sealed
FROM (
    SELECT id, state, proposed_at,
           CASE WHEN kept_case_id = :case THEN lost_case_id ELSE kept_case_id END AS other_case,
           CASE WHEN kept_case_id = :case THEN lost_youth_id ELSE kept_youth_id END AS other_youth
    FROM youth_merge
    WHERE municipality_id = :municipality AND :case IN (kept_case_id, lost_case_id)
      AND state IN ('voorgesteld', 'samengevoegd', 'ongedaan_gevraagd', 'definitief')) m
LEFT JOIN case_file o ON o.municipality_id = :municipality AND o.id = m.other_case
LEFT JOIN LATERAL pmg_intake_contact(m.other_youth) c ON o.id IS NULL
ORDER BY m.proposed_at
"""
)


@dataclass(frozen=True, slots=True)
class Other:
    """The other file of the same youth; a case only when it is the reader's own."""

    merge_id: UUID
    state: State
    case_id: UUID | None
    number: str
    director: str

    @property
    def is_one(self) -> bool:
        """Whether both are one person."""
        return self.state in IS_ONE


@dataclass(frozen=True, slots=True)
class ToDecide:
    """What waits for a second person: whether two files are one, or one file is two."""

    id: UUID
    who: str
    is_undo: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a merge is, for this reader."""

    state: State
    names: dict[UUID, str]
    numbers: dict[str, str]
    is_own: bool  # the reader asked what waits for an answer
    can_be_undone: bool
    undo_until: datetime | None


def to_decide() -> list[ToDecide]:
    """Return what another asked and the reader can decide as the second person, oldest first."""
    reader = access.reader()
    if not policy.grants(reader.who, Action.MERGE_DECIDE):
        return []
    rows = db.session.scalars(
        select(YouthMerge)
        .where(
            YouthMerge.municipality_id == reader.municipality_id,
            or_(
                and_(
                    YouthMerge.state == State.PROPOSED.value,
                    YouthMerge.proposed_by != reader.user_id,
                ),
                and_(
                    YouthMerge.state == State.UNDO_ASKED.value,
                    YouthMerge.undo_by != reader.user_id,
                    YouthMerge.undo_until > now(),
                ),
            ),
        )
        .order_by(YouthMerge.proposed_at, YouthMerge.id)
    ).all()
    who = names_of({id_ for row in rows for id_ in (row.kept_case_id, row.lost_case_id)})
    return [
        ToDecide(row.id, who.get(row.access_case_id, ""), row.state == State.UNDO_ASKED)
        for row in rows
        if access.may(Action.MERGE_DECIDE, row)
    ]


def others_of(case: Case) -> list[Other]:
    """Return what may be said on a case of other files of the same youth, or asked to be so."""
    if not case.in_merge or not access.may(Action.CASE_SHOW, case):
        return []
    given = {"municipality": case.municipality_id, "case": case.id}
    return [
        Other(
            row.id,
            State(row.state),
            row.other_id,
            row.number or "",
            _name(row.director_id, row.director_sealed),
        )
        for row in db.session.execute(_OF_CASE, given)
    ]


def _name(user_id: UUID | None, sealed: bytes | None) -> str:
    if user_id is None or sealed is None:
        return ""
    municipality_id = access.reader().municipality_id
    place = Place(municipality_id, "user_account", "name_sealed", user_id)
    return unseal(keystore().municipality(municipality_id), place, bytes(sealed)).decode()


def standing(merge: YouthMerge) -> Standing:
    """Return how far it is, who did what, and the numbers of the cases that the reader may see."""
    access.require(Action.MERGE_DECIDE, merge)
    people = {merge.proposed_by, merge.decided_by, merge.undo_by, merge.undone_by} - {None}
    state = State(merge.state)
    asker = merge.undo_by if state is State.UNDO_ASKED else merge.proposed_by
    return Standing(
        state=state,
        names=names({one for one in people if one is not None}),
        numbers=_numbers(merge),
        is_own=asker == access.reader().user_id,
        can_be_undone=state in CAN_BE_UNDONE
        and merge.undo_until is not None
        and merge.undo_until > now(),
        undo_until=merge.undo_until,
    )


def _numbers(merge: YouthMerge) -> dict[str, str]:
    sides = {"kept": merge.kept_case_id, "lost": merge.lost_case_id}
    rows = db.session.execute(
        select(Case.id, Case.number).where(
            Case.municipality_id == merge.municipality_id, Case.id.in_(sides.values())
        )
    )
    found = {row.id: row.number for row in rows}
    return {side: found.get(case_id, "") for side, case_id in sides.items()}
