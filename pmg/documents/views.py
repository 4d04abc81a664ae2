"""Pages of documents: the list of a case, one document, and everything that can be done with it."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pmg.cases import panels, presenting, taking_part
from pmg.cases import queries as cases
from pmg.cases.models import Case
from pmg.clock import today
from pmg.documents import audience, keeping, on_case, queries, rules, services
from pmg.documents.forms import AddForm, MoveForm, RemoveForm, VersionForm
from pmg.documents.keeping import House
from pmg.documents.models import Document
from pmg.documents.presenting import both_texts, hints, pages
from pmg.documents.scanning import scanner
from pmg.documents.services import Added, Change
from pmg.errors import Conflict
from pmg.security import access
from pmg.security.policy import Action
from pmg.web.door import Feature
from pmg.web.forms import Form

bp = Feature("documents", __name__)
bp.record(lambda _state: on_case.plug_in())

# What a browser may do with an image of a page: show it, and nothing that could stand in it.
_IMAGE_ONLY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_MOST_DIGITS = 6


@bp.page("/zaken/<uuid:id>/documenten", action=Action.DOCUMENT_SHOW, of=Case)
def overview(case: Case) -> ResponseReturnValue:
    """Show the documents of a case that the reader may read."""
    header = cases.header(case, today=today())
    return render_template(
        "documents/overview.html",
        case=case,
        header=header,
        bar=presenting.bar(header),
        tabs=panels.tabs(case, "documents.overview"),
        lines=queries.overview(case),
        may_add=_is_open(case) and access.may(Action.DOCUMENT_ADD, case),
    )


@bp.page(
    "/zaken/<uuid:id>/documenten/nieuw",
    action=Action.DOCUMENT_ADD,
    of=Case,
    methods=("GET", "POST"),
    takes_file=True,
)
def add(case: Case) -> ResponseReturnValue:
    """Take a photo or a file, with what it is and under which law."""
    laws = audience.laws(case)
    form = AddForm(category=rules.least_visible(laws))
    form.offer(laws)
    kept: list[Document] = []

    def keep() -> None:
        added = Added(form.title.data or "", form.chosen(), form.content())
        kept.append(services.add_document(case, added, _house(), today=today()))

    if form.submits(keep):
        flash(_("Het document is toegevoegd."), "ok")
        return redirect(url_for("documents.show", id=kept[0].id))
    return render_template(
        "documents/add.html",
        case=case,
        header=cases.header(case, today=today()),
        form=form,
        hints=hints(laws, taking_part.people(case)),
        is_open=_is_open(case),
        is_scanned=bool(_settings().clamd),
        largest=rules.LARGEST_FILE,
        back_url=url_for("documents.overview", id=case.id),
    ), form.status


@bp.page("/documenten/<uuid:id>", action=Action.DOCUMENT_SHOW, of=Document)
def show(document: Document) -> ResponseReturnValue:
    """Show what a document is, images of it, who reads it, and what can be done with it."""
    line = queries.line(document)
    case = queries.case_of(document)
    if line.removed_on is not None:
        return redirect(url_for("documents.overview", id=case.id))
    is_ours = access.may(Action.DOCUMENT_CHANGE, document, category=document.category)
    is_shareable = access.may(Action.SHARE_DECIDE, document, category=document.category)
    number = min(_asked("versie") or line.latest.number, line.latest.number)
    chosen = next((one for one in line.files if one.number == number), line.latest)
    return render_template(
        "documents/show.html",
        case=case,
        header=cases.header(case, today=today()),
        line=line,
        file=chosen,
        pages=pages(line, chosen),
        readers=audience.readers(document),
        may_change=is_ours,
        may_share=is_shareable and _is_open(case) and panels.has_page("sharing.document"),
        sharing_page=panels.has_page("sharing.overview"),
        may_replace=is_ours and _is_open(case),
        may_download=_download_code(document) in {"", "second_factor_stale"},
    )


@bp.page("/documenten/<uuid:id>/blad", action=Action.DOCUMENT_SHOW, of=Document)
def sheet(document: Document) -> ResponseReturnValue:
    """Show one page as an image (`?versie=`, `?nummer=`): never the file itself."""
    version = queries.version(document, _asked("versie"))
    content = keeping.open_part(document, version, max(1, _asked("nummer")))
    response = Response(content, content_type="image/jpeg")
    response.headers.set("Content-Disposition", "inline", filename="blad.jpg")
    response.headers["Content-Security-Policy"] = _IMAGE_ONLY
    return response


@bp.page("/documenten/<uuid:id>/download", action=Action.DOCUMENT_DOWNLOAD, of=Document)
def download(document: Document) -> ResponseReturnValue:
    """Ask a fresh code where that is due; else note that the file leaves, and send it."""
    version = queries.version(document, _asked("versie"))
    if _download_code(document) == "second_factor_stale":
        back = url_for("documents.show", id=document.id, versie=version.number)
        return redirect(url_for("accounts.step_up", next=back))
    content = services.take_out(document, version)
    kind = rules.Kind(version.kind)
    name = rules.download_name(kind, on_case.day_of(version.added_at))
    response = Response(content, content_type=kind.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = _IMAGE_ONLY
    return response


@bp.page(
    "/documenten/<uuid:id>/versie",
    action=Action.DOCUMENT_CHANGE,
    of=Document,
    methods=("GET", "POST"),
    takes_file=True,
)
def replace(document: Document) -> ResponseReturnValue:
    """Let the source put a newer file in the place of the present one."""
    form = VersionForm(version=document.version)
    return _change(
        document,
        form,
        lambda: services.add_version(
            document, form.content(), _house(), version=form.seen_version, today=today()
        ),
        done=_("De nieuwe versie staat er. De oude blijft te zien."),
        is_scanned=bool(_settings().clamd),
        largest=rules.LARGEST_FILE,
    )


@bp.page(
    "/documenten/<uuid:id>/soort",
    action=Action.DOCUMENT_CHANGE,
    of=Document,
    methods=("GET", "POST"),
)
def move(document: Document) -> ResponseReturnValue:
    """Let the source say that it is of another category, with the reason."""
    case = queries.case_of(document)
    laws = audience.laws(case)
    form = MoveForm(version=document.version, category=document.category_code)
    form.offer(laws)
    return _change(
        document,
        form,
        lambda: services.move_document(
            document, form.chosen(), Change(form.reason.data or "", form.seen_version)
        ),
        done=_("De soort is gewijzigd."),
        hints=hints(laws, taking_part.people(case)),
    )


@bp.page(
    "/documenten/<uuid:id>/verwijderen",
    action=Action.DOCUMENT_CHANGE,
    of=Document,
    methods=("GET", "POST"),
)
def remove(document: Document) -> ResponseReturnValue:
    """Let the source take title and content away; who, when and why stay."""
    form = RemoveForm(version=document.version)
    return _change(
        document,
        form,
        lambda: services.remove_document(
            document, Change(form.reason.data or "", form.seen_version)
        ),
        done=_("Het document is verwijderd."),
    )


def _change(
    document: Document,
    form: Form,
    act: Callable[[], Any],
    *,
    done: str,
    **shown: Any,
) -> ResponseReturnValue:
    back_url = url_for("documents.show", id=document.id)
    line = queries.line(document)
    access.require(Action.DOCUMENT_CHANGE, document, category=document.category)
    case = queries.case_of(document)
    if line.removed_on is not None:
        return redirect(url_for("documents.overview", id=case.id))
    try:
        if form.submits(act):
            flash(done, "ok")
            return redirect(back_url)
    except Conflict as conflict:
        fields = both_texts(conflict)
        page = render_template("errors/conflict.html", fields=fields, return_url=back_url)
        return page, HTTPStatus.CONFLICT
    step = (request.endpoint or "").partition(".")[2]
    return render_template(
        f"documents/{step}.html",
        header=cases.header(case, today=today()),
        form=form,
        line=line,
        is_open=_is_open(case),
        back_url=back_url,
        **shown,
    ), form.status


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _house() -> House:
    settings = _settings()
    bounds = rules.Bounds(
        settings.case_documents_mb * rules.MEGABYTE, settings.documents_mb * rules.MEGABYTE
    )
    return House(scanner(settings.clamd), bounds)


def _is_open(case: Case) -> bool:
    return services.takes_documents(case, today=today())


def _download_code(document: Document) -> str:
    """Return why it may not be downloaded; '' when it may."""
    decision = access.decide(Action.DOCUMENT_DOWNLOAD, document, category=document.category)
    return "" if decision.allow else decision.code


def _asked(name: str) -> int:
    """Return a number of the address; 0 when there is none that can be read."""
    typed = request.args.get(name, "")
    is_plain = typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS
    return int(typed) if is_plain else 0
