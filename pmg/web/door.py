"""The one door: a page cannot be declared without its action and what it is about.

Behind the door one request is one transaction with one event in the log: committed together when
the answer is good, rolled back together when it is not. A refusal and an id that does not exist
are the same page, byte for byte; the attempt is logged in a transaction of its own.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar
from uuid import UUID

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm.exc import StaleDataError

from pmg.errors import Conflict, Gone, NotPermitted
from pmg.extensions import db
from pmg.security import access, audit, identity
from pmg.security.access import Resource, Workplace
from pmg.security.policy import Action
from pmg.web import submit

# Flask's own file server: styles, scripts and fonts, no data.
OPEN_ENDPOINTS = frozenset({"static"})

Item = TypeVar("Item")
View = Callable[..., ResponseReturnValue]


class Anyone:
    """What a page is about that stands open without an account: nothing."""


class Feature(Blueprint):
    """A room's pages. `page` is the only way in; the plain `route` of Flask is closed."""

    def route(self, rule: str, **_options: Any) -> Any:
        """Refuse: a plain route has no action and no resource."""
        raise TypeError(f"{rule}: use page(), which asks for the action and the resource")

    def page(
        self,
        rule: str,
        *,
        action: Action,
        of: type,
        methods: tuple[str, ...] = ("GET",),
        takes_file: bool = False,
    ) -> Callable[[View], View]:
        """Declare a page: load `of` by the id in the address, ask the policy, call the view.

        `of` is a table (the rule then holds `<uuid:id>`), Workplace (the reader's own desk) or
        Anyone (no account needed). The view gets the item first. Only a page that takes a file is
        sent more than the largest form.
        """

        def declare(view: View) -> View:
            door = _open_door(view) if of is Anyone else _guarded_door(view, action, of)
            door.declared = (action, of)  # type: ignore[attr-defined]
            door.takes_file = takes_file  # type: ignore[attr-defined]
            self.add_url_rule(rule, view.__name__, door, methods=list(methods))
            return view

        return declare


def _open_door(view: View) -> View:
    @wraps(view)
    def door(**address: Any) -> ResponseReturnValue:
        response = make_response(view(Anyone(), **address))
        _settle(response)
        return response

    return door


def _guarded_door(view: View, action: Action, of: type) -> View:
    @wraps(view)
    def door(**address: Any) -> ResponseReturnValue:
        if not current_user.is_authenticated:
            return _to_sign_in()
        work = _work(action)
        with access.at_work(work):
            try:
                item = _load(of, address.pop("id", None))
                access.require(action, item)
                return _answer(view, item, address, work)
            except (NotPermitted, Gone) as refusal:
                _deny(work, action, getattr(refusal, "code", "gone"))
                abort(HTTPStatus.NOT_FOUND)
            except (Conflict, StaleDataError):
                _undo(work)
                raise

    return door


def _work(action: Action) -> access.Work:
    return access.Work(
        reader=current_user.reader,
        request_id=g.request_id,
        address=request.path.lower(),  # one way to write an id: the log is searched by it
        action=action,
    )


def note_refusal(code: str) -> None:
    """Log that a request was refused before its page was asked, and nothing of what it held."""
    view = current_app.view_functions.get(request.endpoint or "")
    declared = getattr(view, "declared", None)
    if current_user.is_authenticated and declared:
        action, _of = declared
        with access.at_work(_work(action)) as work:
            _deny(work, action, code)


def _to_sign_in() -> ResponseReturnValue:
    if request.method == "POST":
        flash(
            _(
                "Uw sessie was voorbij. Wat u net verstuurde, is niet aangekomen. Kijk het "
                "formulier na en verstuur het opnieuw."
            ),
            "warning",
        )
    return redirect(url_for("accounts.sign_in", next=_way_back()))


def _way_back() -> str | None:
    """Return where to go on after signing in: the page, or the form that was being filled in."""
    rule = request.url_rule
    can_be_opened = rule is not None and "GET" in (rule.methods or ())
    return request.full_path.rstrip("?") if can_be_opened else None


def _load(of: type, item_id: UUID | None) -> Resource:
    if of is Workplace:
        return access.workplace()
    item = identity.load(of, item_id) if item_id else None
    if item is None:
        raise NotPermitted("not_found")
    return item


def _answer(
    view: View, item: Resource, address: dict[str, Any], work: access.Work
) -> ResponseReturnValue:
    key = submit.key_of(request)
    if key is not None and (earlier := submit.claim(key, work.reader)):
        return redirect(earlier)
    response = make_response(view(item, **address))
    response.direct_passthrough = False
    response.get_data()  # what is still to be rendered opens its fields before the log is written
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        _undo(work)
        return response
    if key is not None and response.location:
        submit.settle(key, work.reader, response.location)
    is_of_something = work.case_id is not None or work.group_id is not None
    if work.subjects or work.written or is_of_something:
        audit.record(work, outcome="allowed")
    db.session.commit()
    return response


def _undo(work: access.Work) -> None:
    """Leave nothing of the request behind but the line that says what was seen in it."""
    db.session.rollback()
    work.written.clear()
    work.changes.clear()
    audit.record_undone(work)
    db.session.commit()


def _settle(response: Response) -> None:
    if response.status_code < HTTPStatus.BAD_REQUEST:
        db.session.commit()
    else:
        db.session.rollback()


def _deny(work: access.Work, action: Action, code: str) -> None:
    """Log a refusal by itself: the request's own transaction is rolled back."""
    db.session.rollback()
    work.action, work.code = action, code
    work.subjects.clear()
    work.written.clear()
    audit.record(work, outcome="denied")
    db.session.commit()


def refuse_undeclared(app: Flask) -> None:
    """Stop the start of an application with a page that no one declared."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint not in OPEN_ENDPOINTS and not hasattr(view, "declared"):
            raise RuntimeError(
                f"{rule.rule} ({rule.endpoint}) has no action and resource: use Feature.page()"
            )
        loose = {
            name
            for name, converter in rule._converters.items()  # noqa: SLF001
            if type(converter).__name__ != "UUIDConverter"
        }
        if rule.endpoint not in OPEN_ENDPOINTS and loose:
            raise RuntimeError(f"{rule.rule}: ids in addresses are <uuid:…>, not {sorted(loose)}")
