"""A report as one stand-alone page: no script, nothing loaded from elsewhere."""

from pathlib import Path

from flask import current_app
from markupsafe import Markup

from pmg.reports.export import File, file_name
from pmg.reports.models import ReportRelease
from pmg.reports.paper import Paper, paper, shown

KIND = "text/html; charset=utf-8"
_STYLES = Path(__file__).parents[1] / "static" / "paper.css"


def page(item: ReportRelease) -> File:
    """Write a released report as HTML, in Dutch."""
    return File(file_name(item, "html"), KIND, html(paper(item)))


def html(written: Paper) -> bytes:
    """Set a report as one page."""
    page = current_app.jinja_env.overlay()
    page.filters = page.filters | {"dots": shown}
    text = page.get_template("reports/paper.html").render(
        paper=written, words=written.words, styles=_styles()
    )
    return text.encode()


def _styles() -> Markup:
    """Our own style sheet, which is no one's input."""
    return Markup("<style>\n{}</style>").format(Markup(_STYLES.read_text(encoding="utf-8")))  # noqa: S704
