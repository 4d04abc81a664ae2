"""One step on a page: what is asked, what it leads to, who was first, or why it cannot be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from pmg.errors import Conflict, Invalid
from pmg.meetings import presenting
from pmg.meetings.shown import Going
from pmg.web.forms import Form


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says around its questions."""

    title: str
    button: str
    done: str
    back_url: str  # where it leads when it is done
    cancel_url: str = ""  # where it leads when it is not, if that is elsewhere
    meta: str = ""
    lead: str = ""
    consequence: str = ""
    why_not: str = ""
    more_url: str = ""  # where else to look, also when it cannot be done
    more_label: str = ""


def step(
    form: Form,
    act: Callable[[], Any],
    words: Words,
    *,
    template: str = "meetings/step.html",
    **shown: Any,
) -> ResponseReturnValue:
    """Ask, do it when it is right, and lead back; show both texts when somebody else was first."""
    try:
        if not words.why_not and form.submits(act):
            flash(words.done, "ok")
            return redirect(words.back_url)
    except Conflict as conflict:
        return both(conflict, words.back_url)
    return render_template(template, form=form, words=words, **shown), form.status


def checked_step(
    form: Any, preview: Callable[[], Sequence[Going]], act: Callable[[], Any], words: Words
) -> ResponseReturnValue:
    """Ask, show which days it is about, and only then do it and lead back."""
    days: list[Going] = []
    try:
        is_asked = not words.why_not and not request.form.get("terug")
        if is_asked and form.submits(act if form.is_checked else lambda: days.extend(preview())):
            if form.is_checked:
                flash(words.done, "ok")
                return redirect(words.back_url)
            return render_template(
                "meetings/days.html",
                words=words,
                days=days,
                shown=presenting,
                carried=[
                    pair
                    for pair in request.form.items(multi=True)
                    if pair[0] not in {"checked", "terug"}
                ],
            )
    except Conflict as conflict:
        return both(conflict, words.back_url)
    return render_template("meetings/step.html", form=form, words=words), form.status


def at_once(act: Callable[[], Any], back_url: str, done: str = "") -> ResponseReturnValue:
    """Do what a button on a page asks, and lead back to it; say there why it could not be."""
    try:
        act()
    except Conflict as conflict:
        return both(conflict, back_url)
    except Invalid as refusal:
        page = render_template("meetings/refused.html", why=refusal.message, back_url=back_url)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    if done:
        flash(done, "ok")
    return redirect(back_url)


def both(conflict: Conflict, back_url: str) -> ResponseReturnValue:
    """Show what the reader wrote beside what a colleague wrote first."""
    fields = presenting.both_texts(conflict)
    page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
    return page, HTTPStatus.CONFLICT
