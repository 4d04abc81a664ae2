"""Words and rows for the pages of a plan, made from what was recorded; nothing is counted."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pmg.action_plans.rules import (
    Change,
    Contents,
    FactorThen,
    GoalEnding,
    GoalState,
    Part,
    Party,
    Verdict,
    compare,
)
from pmg.action_plans.rules.versions import Difference, GoalThen
from pmg.action_plans.shown import AnswerLine, Version, What
from pmg.errors import Conflict
from pmg.factors.queries import Sighting
from pmg.factors.rules import Direction, Presence, direction
from pmg.reference.factors import FACTORS, Domain, Factor
from pmg.tasks.rules import State
from pmg.web.formats import day

# The colour only helps; the word says it.
CHANGE_KINDS = {Change.NEW: "ok", Change.CHANGED: "warning", Change.GONE: "danger"}
ACTION_KINDS = {State.DONE: "ok", State.OFFERED: "info"}
STATES = {state.value: state for state in GoalState}
_TEXTS = {
    "text": _l("Wat je wilt bereiken"),
    "words": _l("Wat de jongere zegt"),
    "own_steps": _l("Wat de jongere zelf doet"),
    "factors": _l("Waar het bij hoort"),
    "ending": _l("Hoe het afliep"),
    "on": _l("Op welke dag"),
    "end_words": _l("Hoe het ging"),
    "goals": _l("De doelen in het plan"),
    "verdict": _l("Het antwoord"),
    "planned_on": _l("De dag om terug te kijken"),
    "outcome": _l("Hoe jullie verdergaan"),
    "held_on": _l("Op welke dag"),
    "review_words": _l("Wat is afgesproken"),
}
_LIVES = {
    Domain.INDIVIDUAL: _l("mezelf"),
    Domain.FAMILY: _l("thuis"),
    Domain.FRIENDS: _l("vrienden"),
    Domain.SCHOOL_WORK: _l("school en werk"),
    Domain.NEIGHBOURHOOD: _l("de buurt"),
}
SIGNS = {Party.YOUTH: _l("Ik"), Party.REPRESENTATIVE: _l("Ouder of voogd")}
HAPPENED = {
    What.GOAL: _l("Doel in het plan gezet"),
    What.GOAL_ENDED: _l("Doel van het plan: %(said)s"),
    What.ANSWER: _l("Antwoord op het plan. %(said)s"),
    What.AGREED: _l("Plan afgesproken, versie %(said)s"),
    What.REVIEW: _l("Teruggekeken op het plan: %(said)s"),
}


@dataclass(frozen=True, slots=True)
class Fold:
    """Factors under one title, each with what was seen last; an empty text when nothing was."""

    title: str
    options: tuple[tuple[Any, str], ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A goal in one version, in words."""

    text: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A goal in two versions beside each other, with in words what changed."""

    label: str
    kind: str
    changed: str
    old: Side | None
    new: Side | None


@dataclass(frozen=True, slots=True)
class Went:
    """One factor then and now, with which way it went by itself."""

    name: str
    then: str
    now: str
    way: str


def folds(options: Iterable[Any], seen: Collection[Sighting]) -> tuple[Fold, ...]:
    """Return the ticks of a form by part of life, those that were seen of this youth first.

    Nothing is ticked that nobody ticked.
    """
    last = {each.factor.code: each for each in seen}
    ticks = [(option, FACTORS[option._value()]) for option in options]  # noqa: SLF001
    first = tuple((tick, _seen(last[f.code])) for tick, f in ticks if f.code in last)
    found = [Fold(_("Gezien bij deze jongere"), first, is_open=True)] if first else []
    for domain in Domain:
        rest = tuple((t, "") for t, f in ticks if f.domain is domain and f.code not in last)
        if rest:
            ticked = any(tick.checked for tick, _hint in rest)
            found.append(Fold(domain.label, rest, is_open=ticked))
    return tuple(found)


def _seen(sighting: Sighting) -> str:
    return f"{sighting.presence.label}, {day(sighting.on)}, {sighting.nature.label.lower()}"


def lives(factors: Iterable[Factor]) -> str:
    """Return the parts of life that factors are about, each once, as a youth says it."""
    return ", ".join(dict.fromkeys(str(_LIVES[factor.domain]) for factor in factors))


def both_texts(conflict: Conflict) -> list[dict[str, Any]]:
    """Return what the reader wrote beside what is there now."""
    names = [*conflict.mine, *(name for name in conflict.theirs if name not in conflict.mine)]
    found = [(n, conflict.mine.get(n, ""), conflict.theirs.get(n, "")) for n in names]
    return [
        {"label": _TEXTS[name], "mine": mine, "theirs": theirs}
        for name, mine, theirs in found
        if mine or theirs
    ]


def version_label(version: Version) -> str:
    """Return how a version is called on a page."""
    told = {"number": version.number, "day": day(version.on)}
    if version.is_draft:
        return str(_("Versie %(number)d, concept van %(day)s", **told))
    return str(_("Versie %(number)d, afgesproken op %(day)s", **told))


def refusals(answers: Iterable[AnswerLine]) -> tuple[AnswerLine, ...]:
    """Return the answers that say no."""
    return tuple(each for each in answers if each.verdict is Verdict.DISAGREES)


def beside(old: Contents, new: Contents) -> tuple[Beside, ...]:
    """Return two versions beside each other, goal by goal."""
    return tuple(_beside(each) for each in compare(old, new))


def _beside(found: Difference) -> Beside:
    return Beside(
        label=found.change.label,
        kind=CHANGE_KINDS.get(found.change, "neutral"),
        changed=", ".join(part.label for part in found.parts),
        old=side(found.old, found.parts) if found.old else None,
        new=side(found.new, found.parts) if found.new else None,
    )


def side(goal: GoalThen, changed: Collection[Part] = ()) -> Side:
    """Return one goal of one version in words; what changed has a mark in words."""
    told = {
        Part.WORDS: goal.words,
        Part.OWN_STEPS: goal.own_steps,
        Part.FACTORS: "\n".join(FACTORS[code].name for code in goal.factors if code in FACTORS),
        Part.ACTIONS: "\n".join(
            f"{each.what} ({each.who}, {_state(each.state)})" for each in goal.actions
        ),
        Part.HELP: "\n".join(goal.help),
        Part.ENDING: _ending(goal),
    }
    rows = ((_label(part, changed), text) for part, text in told.items() if text)
    return Side(goal.text, tuple(rows))


def _label(part: Part, changed: Collection[Part]) -> str:
    return str(_("%(part)s (gewijzigd)", part=part.label)) if part in changed else part.label


def _ending(goal: GoalThen) -> str:
    if not goal.ending:
        return ""
    on = day(date.fromisoformat(goal.ended_on)) if goal.ended_on else ""
    return f"{GoalEnding(goal.ending).label}, {on}\n{goal.end_words}".strip()


def _state(value: str) -> str:
    return State(value).label.lower() if value else ""


def went(factors: Sequence[FactorThen]) -> tuple[Went, ...]:
    """Return how each factor went, by itself."""
    return tuple(
        Went(FACTORS[each.code].name, _presence(each.then), _presence(each.now), _way(each))
        for each in factors
        if each.code in FACTORS
    )


def _presence(value: str) -> str:
    return Presence(value).label if value else str(_("Nog niet gezien"))


def _way(each: FactorThen) -> str:
    if not each.then or not each.now:
        return ""
    moved = direction(Presence(each.then), Presence(each.now), FACTORS[each.code].kind)
    return "" if moved is Direction.UNCLEAR else moved.label
