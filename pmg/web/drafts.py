"""Forms that lose nothing: what is typed is kept by the page itself, and given back by it.

A form with a draft sends itself to its own address every few seconds, marked as a draft. So the
door of that page guards the draft as well: who may not open the form keeps nothing there.
"""

import json
from datetime import datetime
from http import HTTPStatus

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pmg.security import access, drafts
from pmg.security.access import Resource
from pmg.web.fields import showable
from pmg.web.forms import Form
from pmg.web.submit import FIELD, is_used

MARK, KEEP, FORGET = "concept", "bewaren", "weggooien"
OF = "concept_van"  # the key of the form that is being typed: once sent, nothing of it is kept
_NEVER_KEPT = frozenset({FIELD, "csrf_token", "seen"})
_SEEN = "version"  # kept to compare; what is sent later is measured by the one of then
_NEVER_GIVEN = _NEVER_KEPT | {_SEEN}


class Drafting:
    """The draft of one form about one item, for who is at work."""

    def __init__(self, form: Form, code: str, item: Resource) -> None:
        self._form, self._code, self._item = form, code, item
        self.saved_at: datetime | None = None  # of what was given back
        self.is_of_older = False  # what it was typed over was changed since

    def answer(self) -> ResponseReturnValue | None:
        """Return the answer to a form that is kept or forgotten; None when it is really sent."""
        mark = request.form.get(MARK) if request.method == "POST" else None
        if mark == KEEP:
            self._keep()
            return "", HTTPStatus.NO_CONTENT
        if mark == FORGET:
            drafts.drop(self._code, self._item)
            return redirect(request.full_path.rstrip("?"))
        return None

    def drop(self) -> None:
        """Forget the draft: the form was sent and was right."""
        drafts.drop(self._code, self._item)

    def restore(self) -> None:
        """Give back what was typed, when the form is opened."""
        if request.method != "GET":
            return
        kept = drafts.find(self._code, self._item)
        if kept is None:
            return
        carried = (name for name in _NEVER_GIVEN if name in self._form)
        given = MultiDict([(name, str(self._form[name].data or "")) for name in carried])
        typed = json.loads(kept.content)
        if _SEEN in typed and _SEEN in self._form:
            self.is_of_older = typed[_SEEN] != [str(self._form[_SEEN].data)]
        for name, values in typed.items():
            if name not in _NEVER_GIVEN:
                given.setlist(name, values)
        self._form.process(given)
        self.saved_at = kept.saved_at

    def _keep(self) -> None:
        access.leave_no_line()
        drafts.hold(self._code, self._item)
        if is_used(request.form.get(OF, ""), access.reader()):
            return
        typed = {
            name: [showable(value) for value in request.form.getlist(name)]
            for name in self._form._fields
            if name in request.form and name not in _NEVER_KEPT
        }
        drafts.keep(self._code, self._item, json.dumps(typed))
