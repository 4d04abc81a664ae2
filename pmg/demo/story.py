"""What happened in one invented case, day by day, as pure data; `rows` writes it down.

A story is told up to the day before the demo is loaded: nothing in it lies in the future.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID, uuid5

from pmg.cases.rules import (
    CloseResult,
    DaytimeActivity,
    Nature,
    Outcome,
    ReferrerKind,
    add_months,
    case_number,
)
from pmg.demo import contact, names, phrases, themes
from pmg.demo import frequencies as often
from pmg.demo.chances import chance, generator, identity, weighted
from pmg.demo.chores import Chore, chores
from pmg.demo.course import Sighting, sightings
from pmg.demo.people import Account, Organisation, Staff
from pmg.demo.planning import Planned, plan_of
from pmg.demo.trajectories import Circumstances, Work, work_of
from pmg.security.policy import Role

SPAN = 850  # days of casework
_HANDING_OVER = timedelta(days=30)
_CLOSED_KEPT = 725  # days: a little less than the two years of retention
_DECLINED_KEPT = 85  # days: a little less than the three months of retention
_TRIAGE_WEEKDAY = 1  # every Tuesday


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a story is set: which case of how many, among which people, seen from which day."""

    staff: Staff
    seed: int
    cases: int
    until: date
    first_bsn: int

    @property
    def today(self) -> date:
        """The day on which the demo is loaded: what is planned begins there."""
        return self.until + timedelta(days=1)

    def referred_on(self, index: int) -> date:
        """Return the day of a referral: evenly spread, later for a higher index, a workday."""
        ago = round(SPAN * (1 - (index + 0.5) / self.cases))
        day = self.until - timedelta(days=ago)
        return day - timedelta(days=max(0, day.weekday() - 4))


@dataclass(slots=True)
class Story:
    """Everything that is recorded of one youth and his case."""

    municipality_id: str
    youth_id: UUID
    case_id: UUID
    number: str
    given_name: str
    family_name: str
    gender: str
    birth_date: date
    bsn: str | None
    area: str
    focus_area: str | None
    age: int
    theme: themes.Theme
    purpose: str
    referred_on: date
    referrer_kind: ReferrerKind
    referrer_name: str
    reason: str
    nature: Nature
    told_on: date | None
    not_told_reason: str | None
    submitted_by: Account
    process_director: Account
    director: Account
    members: dict[UUID, tuple[Account, date]] = field(default_factory=dict)
    triaged_on: date | None = None
    outcome: Outcome | None = None
    triage_motivation: str = ""
    work: tuple[Work, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    chores: tuple[Chore, ...] = ()
    plan: Planned | None = None
    moments: tuple[contact.Moment, ...] = ()
    meetings: tuple[contact.Meeting, ...] = ()
    closed_on: date | None = None
    result: CloseResult | None = None
    activity: DaytimeActivity | None = None
    closure_motivation: str = ""
    aftercare_until: date | None = None
    aftercare_by: Organisation | None = None

    @property
    def started_on(self) -> date | None:
        """The day of the first start of an intervention."""
        return min((one.started_on for one in self.work if one.started_on), default=None)

    def row_id(self, what: object) -> UUID:
        """Return the id of a row under the case, by what it is."""
        return uuid5(self.case_id, str(what))

    @property
    def latest(self) -> date:
        """The day on which something was last recorded."""
        days = [self.referred_on, self.triaged_on, self.closed_on]
        days += [one.on for one in self.sightings]
        days += [one.ended_on or one.started_on or one.assigned_on for one in self.work]
        days += [one.ended_on or one.given_on for one in self.chores]
        days += [self.plan.latest] if self.plan else []
        return max(day for day in days if day)

    def leaves(self, account: Account) -> date | None:
        """Return the day on which someone stops taking part; the directors stay to the end."""
        if self.closed_on is None or account.role not in {Role.YOUTH_WORKER, Role.PARTNER}:
            return None
        return (self.aftercare_until or self.closed_on) + _HANDING_OVER

    def joins(self, account: Account, on: date) -> None:
        """Note that someone takes part from a day; the first day counts."""
        self.members.setdefault(account.id, (account, on))

    def taking_part(self, partner_code: str) -> Account | None:
        """Return the member of this kind of organisation, if there is one."""
        everyone = (account for account, _on in self.members.values())
        return next((a for a in everyone if a.organisation.partner_code == partner_code), None)


def tell(setting: Setting, index: int, sequence: int) -> Story:
    """Tell the story of one case; `sequence` is its number within the year."""
    code = setting.staff.municipality.code
    rng = generator(setting.seed, code, index)
    story = _referral(rng, setting, index, sequence)
    _triage(rng, setting, story)
    if story.outcome is Outcome.ACCEPT:
        _team(rng, setting, story, index)
        _casework(rng, setting, story)
        # A generator of its own: what was told before there was contact stays as it was.
        of_contact = generator(setting.seed, code, index, "contact")
        story.moments = contact.moments(of_contact, story, until=setting.until)
        story.meetings = tuple(contact.meetings(of_contact, story, today=setting.today))
    return story


def _referral(rng: Random, setting: Setting, index: int, sequence: int) -> Story:
    place, on = setting.staff.municipality, setting.referred_on(index)
    gender, age = weighted(rng, often.GENDERS), weighted(rng, often.AGES)
    given = names.given_name(rng, gender)
    about, kind = themes.theme(rng, age), weighted(rng, often.REFERRERS)
    if about.legal_basis in often.FROM_SCHOOL and kind in often.NOT_FROM_SCHOOL:
        kind = ReferrerKind.SCHOOL
    if age > often.OLDEST_AT_SCHOOL and kind is ReferrerKind.SCHOOL:
        kind = ReferrerKind.COMMUNITY_TEAM
    told_on = _told_on(rng, on, setting.until)
    directors = setting.staff.of(Role.CASE_DIRECTOR)
    process = setting.staff.of(Role.PROCESS_DIRECTOR)
    workers = setting.staff.of(Role.YOUTH_WORKER)
    process_director = process[index % len(process)]
    by_worker = kind is ReferrerKind.YOUTH_WORK
    submitted_by = workers[index % len(workers)] if by_worker else process_director
    story = Story(
        municipality_id=place.code,
        youth_id=identity(rng),
        case_id=identity(rng),
        number=case_number(on.year, sequence),
        given_name=given,
        family_name=names.family_name(rng),
        gender=gender,
        birth_date=names.birth_date(rng, age=age, on=on),
        bsn=names.citizen_number(setting.first_bsn + index) if chance(rng, 60) else None,
        area=rng.choice(names.areas(place.code)),
        focus_area=_focus_area(rng, setting),
        age=age,
        theme=about,
        purpose=rng.choice(about.purposes),
        referred_on=on,
        referrer_kind=kind,
        referrer_name=submitted_by.name if by_worker else _referrer(rng, kind, given),
        reason=themes.reason(rng, about, name=given, kind=kind.value, month=on.month),
        nature=weighted(rng, {Nature.FACT: 55, Nature.OPINION: 30, Nature.SUSPICION: 15}),
        told_on=told_on,
        not_told_reason=None if told_on else rng.choice(phrases.NOT_TOLD),
        submitted_by=submitted_by,
        process_director=process_director,
        director=directors[index % len(directors)],
    )
    story.joins(submitted_by, on)
    story.joins(process_director, on)
    return story


def _told_on(rng: Random, on: date, until: date) -> date | None:
    """Return the day the youth was told: mostly at once, else after a while, seldom not yet."""
    if chance(rng, 80):
        return on
    later = on + timedelta(days=rng.randint(7, 40))
    return later if later <= until and chance(rng, 93) else None


def _focus_area(rng: Random, setting: Setting) -> str | None:
    areas = setting.staff.municipality.focus_areas
    return rng.choice(areas).code if areas and chance(rng, 80) else None


def _referrer(rng: Random, kind: ReferrerKind, youth: str) -> str:
    if kind is ReferrerKind.SELF:
        return phrases.referrer(youth, kind.value)
    name = f"{names.given_name(rng, 'v')} {names.family_name(rng)}"
    return phrases.referrer(name, kind.value)


def _triage(rng: Random, setting: Setting, story: Story) -> None:
    ready = story.referred_on + timedelta(days=rng.randint(2, 16))
    on = ready + timedelta(days=(_TRIAGE_WEEKDAY - ready.weekday()) % 7)
    if on > setting.until:
        return
    outcome = weighted(rng, often.OUTCOMES)
    if (setting.until - on).days > _DECLINED_KEPT:
        outcome = Outcome.ACCEPT  # a declined case of then is destroyed by now
    story.triaged_on, story.outcome = on, outcome
    story.triage_motivation = rng.choice(phrases.MOTIVATIONS[outcome])


def _team(rng: Random, setting: Setting, story: Story, index: int) -> None:
    on = story.triaged_on
    assert on is not None
    story.joins(story.director, on)
    workers = setting.staff.of(Role.YOUTH_WORKER)
    if chance(rng, 95):
        story.joins(workers[index % len(workers)], on)
    for partner, percent in often.WITH_PARTNER.items():
        if chance(rng, percent) and story.age <= often.OLDEST_WITH.get(partner, story.age):
            people = setting.staff.of(Role.PARTNER, partner)
            story.joins(people[index % len(people)], on + timedelta(days=rng.randrange(3)))


def _casework(rng: Random, setting: Setting, story: Story) -> None:
    assert story.triaged_on is not None
    around = Circumstances(story.theme, setting.staff, story.age, setting.until)
    story.work = work_of(rng, around, since=story.triaged_on)
    _close(rng, setting, story)
    story.sightings = sightings(rng, story, until=story.closed_on or setting.until)
    story.plan = plan_of(story, until=setting.until)
    if story.closed_on is None:
        story.chores = chores(story, until=setting.until)


def _close(rng: Random, setting: Setting, story: Story) -> None:
    ends = [one.ended_on for one in story.work]
    last = max((end for end in ends if end), default=None)
    if last is None or None in ends:
        return
    on = last + timedelta(days=rng.randint(7, 50))
    # Closed any earlier, the case would be destroyed by now.
    on = max(on, setting.until - timedelta(days=_CLOSED_KEPT - rng.randint(0, 60)))
    if on > setting.until or chance(rng, 6):
        return
    story.closed_on, story.result = on, weighted(rng, often.RESULTS)
    story.activity = weighted(rng, often.activities(story.age))
    story.closure_motivation = rng.choice(phrases.CLOSINGS[story.result])
    goes_on = story.result in {CloseResult.REACHED, CloseResult.PARTLY_REACHED}
    if goes_on and chance(rng, 60):
        story.aftercare_until = add_months(on, rng.choice((3, 3, 6)))
        partner = "JEUGDHULP" if story.taking_part("JEUGDHULP") else "JONGERENWERK"
        story.aftercare_by = setting.staff.organisation(partner)
