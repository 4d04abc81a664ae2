"""The forms of a plan: goals and actions, who agrees, and looking back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from pmg.action_plans import rules
from pmg.action_plans.answers import (
    ActionWanted,
    Answered,
    ChangedGoal,
    EndedGoal,
    Held,
    NewGoal,
    Planned,
)
from pmg.action_plans.rules import (
    Answer,
    GoalEnd,
    GoalEnding,
    GoalState,
    GoalText,
    Judged,
    Means,
    Outcome,
    Party,
    Review,
    Verdict,
)
from pmg.clock import today
from pmg.errors import Invalid
from pmg.reference.factors import Factor
from pmg.web.fields import CarriedField, DayField, Given, LineField, TextField, menu
from pmg.web.forms import Form

WHAT_LIMIT = 300
People = Iterable[tuple[UUID, str]]


class _Ticks(SelectMultipleField):  # type: ignore[misc]
    """Some choices of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _SeenForm(Form):
    """A form by who saw this version of what it changes."""

    version = CarriedField()

    @property
    def seen_version(self) -> int:
        """The version that was on the page; 0, which is none, when it cannot be read."""
        typed = (self.version.raw_data or [""])[0]
        is_plain = typed.isascii() and typed.isdecimal() and len(typed) < len(str(2**31))
        return int(typed) if is_plain else 0


class _GoalFields(Form):
    """What a goal says."""

    text = TextField(
        _l("Wat wil je bereiken?"),
        description=_l("Eén zin, in gewone woorden. Bijvoorbeeld: ik ben elke dag op tijd."),
        validators=[Given(_l("Schrijf op wat de jongere wil bereiken."))],
        limit=rules.goals.LONGEST_GOAL,
        render_kw={"rows": 2},
    )
    words = TextField(
        _l("Wat zeg je er zelf over?"),
        description=_l("Schrijf op wat de jongere zegt, in de eigen woorden van de jongere."),
        limit=rules.goals.LONGEST_WORDS,
        render_kw={"rows": 3},
    )
    own_steps = TextField(
        _l("Wat ga je zelf doen?"),
        limit=rules.goals.LONGEST_WORDS,
        render_kw={"rows": 2},
    )
    factors = _Ticks(
        _l("Waar hoort dit doel bij?"),
        description=_l("Kies één factor of een paar. Eerst staat wat bij deze jongere is gezien."),
        choices=[],
    )

    def offer_factors(self, factors: Iterable[Factor]) -> None:
        """Offer these factors, in this order."""
        self.factors.choices = [SelectChoice(f.code, f.name) for f in factors]

    def goal(self) -> GoalText:
        """Return what was written of the goal."""
        return GoalText(
            self.text.data or "",
            self.words.data or "",
            self.own_steps.data or "",
            tuple(self.factors.data or ()),
        )


class _ActionFields(Form):
    """What is to be done, by whom, before when."""

    what = LineField(
        _l("Wat gaan we doen?"),
        description=_l("Bijvoorbeeld: samen naar de open dag."),
        limit=WHAT_LIMIT,
    )
    owner = SelectField(_l("Wie doet dit?"), choices=[], default="")
    due_on = DayField(_l("Voor welke dag?"))

    def offer_people(self, people: People, *, first: UUID) -> None:
        """Offer who takes part in the case; it is the reader himself until he says otherwise."""
        if not self.is_submitted():
            self.owner.data = str(first)
        self.owner.choices = [
            SelectChoice("", _l("Kies iemand")),
            *(SelectChoice(str(id_), label) for id_, label in people),
        ]


class GoalForm(_GoalFields, _ActionFields):
    """A new goal, with its first action."""

    def new_goal(self) -> NewGoal:
        """Return the validated answers; raise Invalid when the action is half filled in."""
        if not self.what.data and not self.due_on.data:
            return NewGoal(self.goal())
        for field in (self.what, self.owner, self.due_on):
            if not field.data:
                raise Invalid(
                    field.name, "Vul van de actie in wat, wie en wanneer, of laat alles leeg."
                )
        return NewGoal(self.goal(), _action(self))


class ChangeGoalForm(_GoalFields, _SeenForm):
    """Another text of a goal."""

    def changed_goal(self) -> ChangedGoal:
        """Return the validated answers, as the service takes them."""
        return ChangedGoal(self.goal(), self.seen_version)


class ActionForm(_ActionFields):
    """One more action for a goal."""

    what = LineField(
        _l("Wat gaan we doen?"),
        validators=[Given(_l("Schrijf op wat er gebeurt."))],
        limit=WHAT_LIMIT,
    )
    owner = SelectField(
        _l("Wie doet dit?"), choices=[], validators=[Given(_l("Kies wie dit doet."))]
    )
    due_on = DayField(_l("Voor welke dag?"), validators=[Given(_l("Vul een dag in."))])

    def action(self) -> ActionWanted:
        """Return the validated answers, as the service takes them."""
        return _action(self)


class EndGoalForm(_SeenForm):
    """How a goal ended."""

    ending = RadioField(
        _l("Hoe liep het af?"),
        choices=menu(GoalEnding),
        validators=[Given(_l("Kies hoe het afliep."))],
    )
    on = DayField(_l("Op welke dag?"), default=today, validators=[Given(_l("Vul een dag in."))])
    words = TextField(
        _l("Hoe ging het?"),
        description=_l("In een of twee zinnen, zo dat de jongere het mag lezen."),
        validators=[Given(_l("Schrijf in een zin op hoe het ging of waarom het doel vervalt."))],
        limit=rules.goals.LONGEST_WORDS,
        render_kw={"rows": 3},
    )

    def ended_goal(self) -> EndedGoal:
        """Return the validated answers, as the service takes them."""
        end = GoalEnd(GoalEnding(self.ending.data), _given(self.on), self.words.data or "")
        return EndedGoal(end, self.seen_version)


class AnswerForm(Form):
    """What the youth, a parent or a guardian answers to a draft."""

    mark = CarriedField()
    party = RadioField(
        _l("Wie geeft antwoord?"),
        choices=menu(Party),
        validators=[Given(_l("Kies wie antwoord geeft."))],
    )
    verdict = RadioField(
        _l("Klopt het plan?"),
        choices=menu(Verdict),
        validators=[Given(_l("Kies akkoord of niet akkoord."))],
    )
    means = RadioField(
        _l("Hoe is dit besproken?"),
        choices=menu(Means),
        validators=[Given(_l("Kies hoe dit is besproken."))],
    )
    on = DayField(_l("Op welke dag?"), default=today, validators=[Given(_l("Vul een dag in."))])
    words = TextField(
        _l("Wat zei de jongere of de ouder erover?"),
        description=_l("In hun eigen woorden. Verplicht bij niet akkoord: dan de reden."),
        limit=rules.agreements.LONGEST_WORDS,
        render_kw={"rows": 3},
    )
    review_on = DayField(
        _l("Wanneer kijken jullie terug op het plan?"),
        default=lambda: rules.usual(today()),
    )

    def without_review(self) -> None:
        """Do not ask when to look back: that was planned already."""
        del self.review_on

    def answered(self) -> Answered:
        """Return the validated answers, as the service takes them."""
        answer = Answer(
            Party(self.party.data),
            Verdict(self.verdict.data),
            Means(self.means.data),
            _given(self.on),
            self.words.data or "",
        )
        asked = self.review_on
        return Answered(answer, self.mark.data or "", asked.data if asked else None)


class LookBackForm(_SeenForm):
    """The day to look back."""

    planned_on = DayField(
        _l("Wanneer kijken jullie terug?"),
        default=lambda: rules.usual(today()),
        validators=[Given(_l("Vul een dag in."))],
    )

    def planned(self) -> Planned:
        """Return the validated answers, as the service takes them."""
        return Planned(_given(self.planned_on), self.seen_version)


class ReviewForm(_SeenForm):
    """A look back: what comes of it, and when the next one is. `for_goals` adds the goals."""

    on = DayField(
        _l("Op welke dag is er teruggekeken?"),
        default=today,
        validators=[Given(_l("Vul een dag in."))],
    )
    outcome = RadioField(
        _l("Hoe gaan jullie verder?"),
        choices=menu(Outcome),
        validators=[Given(_l("Kies hoe jullie verdergaan."))],
    )
    words = TextField(
        _l("Wat spreken jullie af, en waarom?"),
        description=_l("Zo dat de jongere het mag lezen. Verplicht als er iets verandert."),
        limit=rules.reviews.LONGEST_WORDS,
        render_kw={"rows": 3},
    )
    next_on = DayField(
        _l("Wanneer kijken jullie weer terug?"),
        description=_l("Niet nodig als jullie toewerken naar afsluiten. Bijvoorbeeld 23-11-2026"),
    )
    goals_mark = CarriedField()
    goals: Sequence[UUID] = ()

    def held(self) -> Held:
        """Return the validated answers, as the service takes them."""
        judged = tuple(
            Judged(str(goal), GoalState(self.state_of(goal).data), self.words_of(goal).data or "")
            for goal in self.goals
        )
        told = Review(
            _given(self.on),
            judged,
            Outcome(self.outcome.data),
            self.words.data or "",
            self.next_on.data,
        )
        return Held(told, self.goals_mark.data or "", self.seen_version)

    def state_of(self, goal: UUID) -> Any:
        """Return the field that asks how far a goal is."""
        return self[f"state_{goal.hex}"]

    def words_of(self, goal: UUID) -> Any:
        """Return the field for what is said about a goal."""
        return self[f"words_{goal.hex}"]

    def typed(self) -> dict[str, str]:
        """Return the words that were typed, also those that could not be sent."""
        about = [self.words_of(goal).data or "" for goal in self.goals]
        return {"goals": "\n".join(filter(None, about)), "review_words": self.words.data or ""}


def marked(mark: str) -> list[UUID]:
    """Return the goals that a look back was about, as its page carried them."""
    found = []
    for part in mark.split(",")[: rules.goals.MOST_GOALS]:
        try:
            found.append(UUID(part.partition(".")[0]))
        except ValueError:
            return []
    return list(dict.fromkeys(found))


def review_form(goals: Sequence[UUID]) -> type[ReviewForm]:
    """Return the form of a look back on these goals."""
    fields: dict[str, Any] = {"goals": tuple(goals)}
    for goal in goals:
        fields[f"state_{goal.hex}"] = RadioField(
            _l("Hoe gaat het met dit doel?"),
            choices=menu(GoalState),
            validators=[Given(_l("Zeg van elk doel hoe het gaat."))],
        )
        fields[f"words_{goal.hex}"] = TextField(
            _l("Wat zeggen jullie erover?"),
            limit=rules.reviews.LONGEST_WORDS,
            render_kw={"rows": 2},
        )
    fields["asked_last"] = ("on", "outcome", "words", "next_on")
    return type("ReviewOfGoals", (ReviewForm,), fields)


def _action(form: Any) -> ActionWanted:
    return ActionWanted(form.what.data or "", UUID(form.owner.data), _given(form.due_on))


def _given(field: DayField) -> date:
    assert field.data is not None
    return field.data
