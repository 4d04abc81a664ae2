"""The page on which anyone who gets a report checks it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from pmg.reports.checking import Beside, Finding, Keys
from pmg.reports.checking import check_file as look_at
from pmg.reports.forms import CheckForm
from pmg.reports.keys import ministry_keys, own_keys
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web.door import Feature

bp = Feature("checks", __name__)


@bp.page(
    "/controleren",
    action=Action.REPORT_VERIFY,
    of=Workplace,
    methods=("GET", "POST"),
    takes_file=True,
)
def check_file(_desk: Workplace) -> ResponseReturnValue:
    """Take a file, check it in memory, and say of each check what it means; nothing is kept."""
    form = CheckForm()
    found: list[Finding] = []
    form.submits(lambda: found.append(_look(form)))
    page = render_template(
        "reports/check_file.html",
        form=form,
        found=found[0] if found else None,
        key_given=_key_given(form),
    )
    return page, form.status


def _key_given(form: CheckForm) -> bool:
    return bool((form.key.data or "").strip())


def _look(form: CheckForm) -> Finding:
    keys = Keys(
        form.public_keys(own_keys()), form.public_keys(ministry_keys()), given=_key_given(form)
    )
    return look_at(
        form.content(), keys=keys, beside=Beside(form.entries(), form.municipal_releases())
    )
