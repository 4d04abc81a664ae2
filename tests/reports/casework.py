"""Casework as rows: what a report is made of, without the pages that normally write it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Engine, insert

from pmg.cases.models import Case, Youth
from pmg.extensions import Model
from pmg.factors.models import FactorObservation
from pmg.interventions.models import Trajectory
from tests.cast import Person

SECRET_NAME = b"Geheim de Vries"
MARCH = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Ids:
    """Of one youth in one case."""

    municipality_id: str
    case_id: UUID
    youth_id: UUID


class Casework:
    """Writes rows as the owner of the tables, in the municipality of one person."""

    def __init__(self, owner: Engine, person: Person) -> None:
        self.owner, self.person = owner, person

    def youth(
        self,
        *,
        gender: str = "m",
        age: int = 16,
        area: str | None = "FA11",
        referred_on: date = MARCH,
        **recorded: object,
    ) -> Ids:
        """Write a youth with a case."""
        ids = Ids(self.person.municipality_id, uuid4(), uuid4())
        self._write(
            Youth,
            municipality_id=ids.municipality_id,
            id=ids.youth_id,
            given_name_sealed=SECRET_NAME,
            family_name_sealed=SECRET_NAME,
            birth_date_sealed=SECRET_NAME,
            gender=gender,
            version=1,
        )
        self._case(ids, age=age, area=area, referred_on=referred_on, **recorded)
        return ids

    def again(self, of: Ids, *, age: int) -> Ids:
        """Write a later case of a youth who had one."""
        ids = Ids(of.municipality_id, uuid4(), of.youth_id)
        self._case(ids, age=age, area="FA11", referred_on=MARCH + timedelta(days=7))
        return ids

    def _case(
        self, ids: Ids, *, age: int, area: str | None, referred_on: date, **recorded: object
    ) -> None:
        if recorded.get("started_on"):  # nobody starts without having been taken in
            recorded = {"triaged_on": referred_on, "triage_outcome": "opnemen"} | recorded
        self._write(
            Case,
            municipality_id=ids.municipality_id,
            id=ids.case_id,
            youth_id=ids.youth_id,
            number=str(ids.case_id),
            purpose="VOORKOMEN",
            legal_basis="JEUGDWET",
            focus_area_code=area,
            age_at_referral=age,
            referred_on=referred_on,
            version=1,
            **recorded,
        )

    def trajectory(
        self, of: Ids, code: str = "AJB", *, started_on: date | None = MARCH, **ended: object
    ) -> None:
        """Write a trajectory."""
        self._under(
            of,
            Trajectory,
            intervention_code=code,
            provider_id=self.person.organisation_id,
            goal_sealed=SECRET_NAME,
            target_factors=[],
            planned_start=MARCH,
            planned_end=date(2027, 1, 1),
            started_on=started_on,
            assigned_by=self.person.id,
            version=1,
            **ended,
        )

    def factor(self, of: Ids, code: str, *seen: tuple[date, str]) -> None:
        """Write observations of one factor, in the order given."""
        for day, presence in seen:
            self._under(
                of,
                FactorObservation,
                factor_code=code,
                presence=presence,
                nature="feit",
                source="eigen_waarneming",
                seen_on=day,
                note_sealed=SECRET_NAME,
                observer_id=self.person.id,
                organisation_id=self.person.organisation_id,
            )

    def _under(self, of: Ids, model: type[Model], **values: object) -> None:
        self._write(
            model,
            municipality_id=of.municipality_id,
            id=uuid4(),
            case_id=of.case_id,
            youth_id=of.youth_id,
            **values,
        )

    def _write(self, model: type[Model], **values: object) -> None:
        with self.owner.begin() as connection:
            connection.execute(insert(model), values)
