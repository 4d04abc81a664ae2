"""One step on a page: what is asked, what it leads to, who was first, or why it cannot be taken."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pmg.clock import today
from pmg.delivery import presenting, queries, writing
from pmg.errors import Conflict
from pmg.interventions import queries as interventions
from pmg.interventions.models import Trajectory
from pmg.web.forms import Form


@dataclass(frozen=True, slots=True)
class Words:
    """What a page says around its questions."""

    title: str
    button: str
    done: str
    consequence: str = ""
    lead: str = ""
    why_not: str = ""
    back_url: str = ""
    done_url: str = ""  # where it leads when it is done, when that is not back


def step(
    trajectory: Trajectory,
    form: Form,
    act: Callable[[], Any],
    words: Words,
    *,
    template: str = "delivery/step.html",
    **shown: Any,
) -> ResponseReturnValue:
    """Ask, do it when it is right, and lead back; show both texts when somebody else was first."""
    back_url = words.back_url or url_for("delivery.show", id=trajectory.id)
    is_over = bool(writing.why_fixed(trajectory, today=today()))
    try:
        if not words.why_not and form.submits(act):
            flash(words.done, "ok")
            return redirect(words.done_url or back_url)
    except Conflict as conflict:
        fields = presenting.both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    page = render_template(
        template,
        form=form,
        words=words,
        header=queries.head(trajectory, today=today()),
        name=interventions.intervention_of(trajectory).name_nl,
        back_url=back_url,
        **shown,
    )
    # Sent to what ended in the meantime: nothing is kept, and the page says why.
    return page, HTTPStatus.CONFLICT if is_over and request.method == "POST" else form.status
