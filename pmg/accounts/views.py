"""Signing in and out, one's own sessions, language, and the administrator's list of accounts."""

from uuid import UUID

from flask import (
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from pmg.accounts import queries, services
from pmg.accounts.forms import PasswordForm, SignInForm, StepUpForm
from pmg.errors import Invalid
from pmg.extensions import db
from pmg.security.access import Workplace
from pmg.security.policy import Action
from pmg.web import browsers, sessions
from pmg.web.door import Anyone, Feature
from pmg.web.language import LOCALES

bp = Feature("accounts", __name__)


def _local(path: str | None) -> str | None:
    """Return a path within this site, or None: never a way to another site."""
    if not path or not path.startswith("/") or path.startswith("//") or "\\" in path:
        return None
    return path if path.isprintable() else None


def _device() -> str:
    agent = request.user_agent.string
    kinds = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
    return next((kind for kind in kinds if kind in agent), "?")


@bp.page("/aanmelden", action=Action.PUBLIC, of=Anyone, methods=("GET", "POST"))
def sign_in(_anyone: Anyone) -> ResponseReturnValue:
    """Ask for name, password and code."""
    if current_user.is_authenticated:
        return redirect(_local(request.args.get("next")) or url_for("home.start"))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            token = services.sign_in(_attempt(form), _terms(), request_id=g.request_id)
        except Invalid as refusal:
            db.session.commit()  # the failure counts, though the page is a refusal
            form[refusal.field].errors = [refusal.message]
        else:
            way = _local(request.args.get("next")) or url_for("home.start")
            locale = session.get("locale")
            session.clear()  # nothing of before the sign-in survives it
            if locale:
                session["locale"] = locale
            sessions.begin(token)
            response = make_response(redirect(way))
            browsers.remember(response, _account(form), path=request.path)
            return response
    return render_template("accounts/sign_in.html", form=form), form.status


def _attempt(form: SignInForm) -> services.Attempt:
    return services.Attempt(
        login=form.login.data or "",
        password=form.password.data or "",
        code=form.code.data or "",
        device=_device(),
        address=request.remote_addr or "",
        browser=browsers.known(_account(form)),
    )


def _account(form: SignInForm) -> bytes:
    return services.account_digest(form.login.data or "")


def _terms() -> services.Terms:
    settings = current_app.config["SETTINGS"]
    return services.Terms(idle=settings.session_idle, lifetime=settings.session_lifetime)


@bp.page("/afmelden", action=Action.SESSION_KEEP, of=Workplace, methods=("POST",))
def sign_out(_desk: Workplace) -> ResponseReturnValue:
    """End the session; the browser forgets what it kept."""
    services.sign_out()
    sessions.finish()
    response = redirect(url_for("accounts.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.page("/sessies", action=Action.SESSION_KEEP, of=Workplace)
def own_sessions(_desk: Workplace) -> ResponseReturnValue:
    """Show where the reader is signed in."""
    return render_template("accounts/own_sessions.html", rows=queries.open_sessions())


@bp.page(
    "/sessies/<uuid:session_id>/beeindigen",
    action=Action.SESSION_KEEP,
    of=Workplace,
    methods=("POST",),
)
def end_session(_desk: Workplace, session_id: UUID) -> ResponseReturnValue:
    """End one session."""
    services.end_session(session_id)
    flash(_("Deze sessie is beëindigd."), "ok")
    return redirect(url_for("accounts.own_sessions"))


@bp.page("/bevestigen", action=Action.SESSION_KEEP, of=Workplace, methods=("GET", "POST"))
def step_up(_desk: Workplace) -> ResponseReturnValue:
    """Ask a fresh code before something that may leave the house."""
    form = StepUpForm()
    back = _local(request.args.get("next")) or url_for("home.start")
    if form.validate_on_submit():
        try:
            services.step_up(form.code.data or "")
        except Invalid as refusal:
            db.session.commit()  # the failure counts, though the page is a refusal
            form.code.errors = [refusal.message]
        else:
            return redirect(back)
    return render_template("accounts/step_up.html", form=form, back_url=back), form.status


@bp.page("/wachtwoord", action=Action.SESSION_KEEP, of=Workplace, methods=("GET", "POST"))
def change_password(_desk: Workplace) -> ResponseReturnValue:
    """Change one's own password: every other session ends."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            token = services.change_password(
                form.present.data or "",
                form.code.data or "",
                form.password.data or "",
                device=_device(),
                terms=_terms(),
            )
        except Invalid as refusal:
            db.session.commit()  # the failure counts, though the page is a refusal
            form[refusal.field].errors = [refusal.message]
        else:
            sessions.begin(token)
            flash(_("Uw wachtwoord is gewijzigd. U bent overal uitgelogd, behalve hier."), "ok")
            return redirect(url_for("accounts.own_sessions"))
    return render_template("accounts/change_password.html", form=form), form.status


@bp.page("/beheer/accounts", action=Action.ACCOUNT_LIST, of=Workplace)
def account_list(_desk: Workplace) -> ResponseReturnValue:
    """Show who has an account, and in which role."""
    return render_template("accounts/account_list.html", rows=queries.accounts())


@bp.page("/taal", action=Action.PUBLIC, of=Anyone)
def language(_anyone: Anyone) -> ResponseReturnValue:
    """Choose Dutch or English, and go back to the same page."""
    wanted = request.args.get("naar", "")
    if wanted in LOCALES:
        session["locale"] = wanted
    return redirect(_local(request.args.get("terug")) or url_for("home.start"))
