"""What is done about two files of one youth: propose, decide, and take them apart again.

Nothing moves. A decision of a second person makes two rows of `youth` one person, with what the
first chose and sealed; each file keeps its key, its number and who takes part in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from pmg.cases import files, members, persons, rules
from pmg.cases.intake import Details
from pmg.cases.models import Case, Youth
from pmg.clock import now
from pmg.errors import Invalid, NotPermitted
from pmg.extensions import db
from pmg.merging.models import MergeImage, YouthMerge
from pmg.merging.rules import Field, State, check_reason
from pmg.security import access, audit, telling
from pmg.security.policy import Action, Role
from pmg.security.telling import Kind
from pmg.texts import to_translate

_OLDEST = 40
_MERGE = text("SELECT pmg_merge(:id)")
_UNMERGE = text("SELECT pmg_unmerge(:id)")
_DIRECTORS = (Role.CASE_DIRECTOR, Role.PROCESS_DIRECTOR)
_ALREADY_DECIDED = to_translate("Een collega was u voor: hierover is al besloten.")
_NO_SUCH = to_translate(
    "Wij vinden geen andere zaak met dit nummer waarin u casusregisseur of procesregisseur bent. "
    "Kijk het nummer na, of vraag de casusregisseur van die zaak."
)
_CHANGED = to_translate(
    "Een van de dossiers is intussen veranderd. Leg de dossiers opnieuw naast elkaar en doe een "
    "nieuw voorstel."
)
_OWN = to_translate("Iemand anders dan u beslist hierover: vier ogen zien meer dan twee.")
_LATE = to_translate("De dertig dagen zijn voorbij. Dit kan niet meer ongedaan worden gemaakt.")
# What the database answers, where it is no reason to act as if nothing were there.
_SAID = {
    "decided": _ALREADY_DECIDED,
    "own": _OWN,
    "changed": _CHANGED,
    "late": _LATE,
    "later": to_translate(
        "Een van deze dossiers is daarna nog een keer samengevoegd. Maak eerst die samenvoeging "
        "ongedaan."
    ),
    "number": to_translate(
        "Het dossier dat bleef heeft nu het BSN van het andere dossier. Verbeter eerst dat BSN."
    ),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of both files, as it is now; the citizen service number is masked where it is shown."""

    case: Case
    youth: Youth
    details: Details

    def shown(self) -> dict[str, str]:
        """Return what says who he is, as text by field."""
        details = self.details
        return {
            Field.GIVEN_NAME: details.given_name,
            Field.FAMILY_NAME: details.family_name,
            Field.BIRTH_DATE: details.birth_date.isoformat(),
            Field.BSN: rules.mask_bsn(details.bsn) if details.bsn else "",
            Field.GENDER: str(details.gender),
            Field.AREA: details.area or "",
        }

    def value(self, field: Field) -> object:
        """Return what is compared, and taken over when it is chosen."""
        return getattr(self.details, field)


@dataclass(frozen=True, slots=True)
class Both:
    """Two files side by side; `seen` is the mark of how they were."""

    kept: Side
    lost: Side

    @property
    def seen(self) -> str:
        """Another mark means that a colleague changed one of them."""
        return f"{self.kept.youth.version}.{self.lost.youth.version}"

    @property
    def differing(self) -> list[Field]:
        """In which fields they differ."""
        return [field for field in Field if self.kept.value(field) != self.lost.value(field)]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Why they are one, which values of the other file are taken, and what was seen of both."""

    reason: str
    taken: frozenset[Field]
    seen: str


@dataclass(frozen=True, slots=True)
class _OtherFile:
    """The file beside: what is done stands in its log as well."""

    municipality_id: str
    access_case_id: UUID
    access_youth_id: UUID
    access_source_id: None = None
    __tablename__ = YouthMerge.__tablename__


def find_other(case: Case, number: str) -> Case:
    """Return the other file by the number of its case.

    Raises NotPermitted, or Invalid('number'): the same words for what does not exist, stands in
    another municipality, or is a case in which the reader does not direct.
    """
    access.require(Action.MERGE_PROPOSE, case)
    written = number.strip().upper().replace(" ", "")
    other = db.session.scalar(
        select(Case).where(Case.municipality_id == case.municipality_id, Case.number == written)
    )
    if other is not None and other.id == case.id:
        raise Invalid("number", "Dit is het nummer van deze zaak zelf. Vul dat van de andere in.")
    if other is None or not access.may(Action.MERGE_PROPOSE, other):
        raise Invalid("number", _NO_SUCH)
    if any(other.youth_id == same.youth_id for same in persons.same_as([case.youth_id])):
        raise Invalid("number", "Deze twee dossiers zijn al samengevoegd.")
    return other


def side_by_side(case: Case, other: Case) -> Both:
    """Return both files as the reader may read them; raises NotPermitted."""
    return Both(_side(case), _side(other))


def _side(case: Case) -> Side:
    access.require(Action.MERGE_PROPOSE, case)
    youth = db.session.get_one(Youth, (case.municipality_id, case.youth_id), populate_existing=True)
    return Side(case, youth, replace(files.details_of(case, youth), bsn=youth.bsn))


def propose(case: Case, other: Case, proposal: Proposal) -> YouthMerge:
    """Ask a second person to make two files one, with the values that were chosen.

    Raises NotPermitted, or Invalid when too little is said, when one of both was changed since it
    was seen, when it was asked already, or when a birth date cannot go with a case.
    """
    both = side_by_side(case, other)
    reason = check_reason(proposal.reason)
    if proposal.seen != both.seen:
        raise Invalid("", _CHANGED)
    chosen = _chosen(both, proposal.taken)
    row = YouthMerge(
        municipality_id=case.municipality_id,
        id=uuid4(),
        kept_case_id=case.id,
        kept_youth_id=case.youth_id,
        lost_case_id=other.id,
        lost_youth_id=other.youth_id,
        state=State.PROPOSED,
        taken=sorted(proposal.taken & set(both.differing)),
        proposed_by=access.reader().user_id,
    )
    row.merge_reason = reason
    row.both_files = json.dumps({"kept": both.kept.shown(), "lost": both.lost.shown()})
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as fault:
        raise Invalid(
            "", "Er wacht al een voorstel over een van deze dossiers. Handel dat eerst af."
        ) from fault
    _prepare(row, chosen)
    _note(row, Action.MERGE_PROPOSE)
    _tell(row, Kind.MERGE_ASKED)
    return row


def _chosen(both: Both, taken: frozenset[Field]) -> Details:
    values = {field.value: both.lost.value(field) for field in taken}
    return replace(both.kept.details, **values)  # type: ignore[arg-type]


def _prepare(merge: YouthMerge, chosen: Details) -> None:
    """Seal for every row of both persons who he becomes."""
    rows = {same.youth_id: same for same in persons.same_as(_youths(merge))}
    for same in rows.values():
        sealed = persons.sealed_for(same.youth_id, chosen)
        ages = [rules.age_on(chosen.birth_date, day) for day in same.cases.values()]
        if not all(0 <= age <= _OLDEST for age in ages):
            raise Invalid(
                Field.BIRTH_DATE,
                "Met deze geboortedatum klopt de leeftijd bij een aanmelding niet. Kies de andere.",
            )
        db.session.execute(
            insert(MergeImage).values(
                municipality_id=merge.municipality_id,
                merge_id=merge.id,
                youth_id=same.youth_id,
                moment="na",
                version=same.version,
                given_name_sealed=sealed.given_name_sealed,
                family_name_sealed=sealed.family_name_sealed,
                birth_date_sealed=sealed.birth_date_sealed,
                bsn_sealed=sealed.bsn_sealed,
                bsn_digest=files.bsn_digest(chosen.bsn) if chosen.bsn else None,
                area_sealed=sealed.area_sealed,
                gender=sealed.gender,
                case_ids=list(same.cases),
                ages=ages,
            )
        )


def approve(merge: YouthMerge) -> None:
    """Make both files one person, as the second person.

    Raises NotPermitted, or Invalid when it was decided, when the reader proposed it himself, or
    when one of both was changed since: then it must be looked at anew.
    """
    access.require(Action.MERGE_DECIDE, merge)
    _answered(db.session.scalar(_MERGE, {"id": merge.id}))
    _settled(merge)


def decline(merge: YouthMerge, reason: str) -> None:
    """Say that they are not one youth, and why. Raises NotPermitted, or Invalid as `approve`."""
    access.require(Action.MERGE_DECIDE, merge)
    _not_own(merge.proposed_by)
    _move(
        merge,
        {State.PROPOSED},
        state=State.REFUSED,
        decided_by=access.reader().user_id,
        decided_at=now(),
        refusal_sealed=_sealed(merge, check_reason(reason)).refusal_sealed,
    )


def withdraw(merge: YouthMerge) -> None:
    """Take back one's own proposal, or one's own question to undo. Raises NotPermitted, Invalid."""
    access.require(Action.MERGE_DECIDE, merge)
    reader = access.reader().user_id
    if merge.state == State.UNDO_ASKED and merge.undo_by == reader:
        _move(merge, {State.UNDO_ASKED}, **_not_asked())
        return
    if merge.proposed_by != reader:
        raise NotPermitted("not_proposer")
    _move(merge, {State.PROPOSED}, state=State.WITHDRAWN)


def ask_undo(merge: YouthMerge, reason: str) -> None:
    """Ask a second person to take both files apart. Raises NotPermitted, or Invalid when late."""
    access.require(Action.MERGE_DECIDE, merge)
    if merge.undo_until is not None and merge.undo_until <= now():
        raise Invalid("", _LATE)
    _move(
        merge,
        {State.MERGED},
        state=State.UNDO_ASKED,
        undo_by=access.reader().user_id,
        undo_at=now(),
        undo_reason_sealed=_sealed(merge, check_reason(reason)).undo_reason_sealed,
    )


def undo(merge: YouthMerge) -> None:
    """Take both files apart as they were, as the second person.

    What was corrected since then stays with the file that stayed; what was written in a case stays
    in that case. Raises NotPermitted, or Invalid when it cannot be or not yet.
    """
    access.require(Action.MERGE_DECIDE, merge)
    _answered(db.session.scalar(_UNMERGE, {"id": merge.id}))
    _settled(merge)


def keep_merged(merge: YouthMerge) -> None:
    """Say that both files stay one, as the second person. Raises NotPermitted, Invalid."""
    access.require(Action.MERGE_DECIDE, merge)
    _not_own(merge.undo_by)
    _move(merge, {State.UNDO_ASKED}, **_not_asked())


def _sealed(merge: YouthMerge, words: str) -> YouthMerge:
    """Return a row of no session with these words sealed for the places of this merge."""
    row = YouthMerge(
        municipality_id=merge.municipality_id,
        id=merge.id,
        kept_youth_id=merge.kept_youth_id,
        lost_youth_id=merge.lost_youth_id,
    )
    row.merge_refusal = row.undo_reason = words
    return row


def _not_asked() -> dict[str, object]:
    return {"state": State.MERGED, "undo_by": None, "undo_at": None, "undo_reason_sealed": None}


def _not_own(user_id: UUID | None) -> None:
    if user_id == access.reader().user_id:
        raise Invalid("", _OWN)


def _answered(answer: str | None) -> None:
    if answer == "not_permitted":
        raise NotPermitted("not_director")
    if answer != "done":
        said = _SAID.get(answer or "", _ALREADY_DECIDED)
        raise Invalid("", said)


def _move(merge: YouthMerge, states: set[State], **values: object) -> None:
    """Write it only while nobody else has: who was second is told so."""
    key = (YouthMerge.municipality_id == merge.municipality_id, YouthMerge.id == merge.id)
    done = db.session.execute(
        update(YouthMerge)
        .where(*key, YouthMerge.state.in_(states))
        .values(**values)
        .returning(YouthMerge.id),
        execution_options={"synchronize_session": False},
    ).first()
    if done is None:
        raise Invalid("", _ALREADY_DECIDED)
    _settled(merge)


def _settled(merge: YouthMerge) -> None:
    db.session.refresh(merge)
    _note(merge, Action.MERGE_DECIDE)
    _tell(merge, Kind.MERGE_ASKED if merge.state == State.UNDO_ASKED else Kind.MERGE_DECIDED)


def _youths(merge: YouthMerge) -> list[UUID]:
    return [merge.kept_youth_id, merge.lost_youth_id]


def _files(merge: YouthMerge) -> Mapping[UUID, UUID]:
    return {
        merge.kept_case_id: merge.kept_youth_id,
        merge.lost_case_id: merge.lost_youth_id,
    }


def _note(merge: YouthMerge, action: Action) -> None:
    """Write it in the log of both files."""
    mine = merge.access_case_id
    audit.wrote(action, merge, merge.id)
    for case_id, youth_id in _files(merge).items():
        if case_id != mine:
            beside = _OtherFile(merge.municipality_id, case_id, youth_id)
            with audit.apart(beside):
                audit.wrote(action, beside, merge.id)


def _tell(merge: YouthMerge, kind: Kind) -> None:
    """Tell who directs either file, as far as the reader can see who takes part in it."""
    told: set[UUID] = set()
    for case_id in _files(merge):
        case = db.session.get(Case, (merge.municipality_id, case_id))
        if case is None:
            continue
        people = {one for role in _DIRECTORS for one in members.of(case, role)} - told
        told |= people
        telling.tell(kind, case, people, item_id=merge.id)
