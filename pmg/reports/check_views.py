"""The page on which anyone who gets a report checks it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from pmg.reports.checking import Finding
from pmg.reports.checking import check_file as look_at
from pmg.reports.forms import CheckForm
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
    page = render_template("reports/check_file.html", form=form, found=found[0] if found else None)
    return page, form.status


def _look(form: CheckForm) -> Finding:
    return look_at(form.content(), key=form.public_key(_own_key()), ledger=form.entries())


def _own_key() -> bytes:
    seed = current_app.config["SETTINGS"].signing_key
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
