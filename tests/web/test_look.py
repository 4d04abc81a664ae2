"""The frame and the components: what a reader gets from them, in a bare app."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

PMG = Path(__file__).parents[2] / "pmg"
ERROR_PAGES = sorted(path.stem for path in (PMG / "templates" / "errors").glob("*.html"))
# Pages that the menu or the foot of the page leads to.
TOP_OF_MENU = {
    "accounts/account_list.html",
    "accounts/own_sessions.html",
    "activities/municipality.html",
    "activities/own.html",
    "cases/caseload.html",
    "definitions/versions.html",
    "delivery/own.html",
    "groups/listing.html",
    "imports/start.html",
    "interventions/catalogue.html",
    "journal/own_days.html",
    "meetings/listing.html",
    "national/delivered.html",
    "notices/listing.html",
    "oversight/log_search.html",
    "providers/mine.html",
    "providers/offers.html",
    "reports/check_file.html",
    "reports/received.html",
    "reports/releases.html",
    "street/switch.html",
    "tasks/mine.html",
    "teams/team.html",
    "triage/week.html",
}
# Pages between two steps, and answers: their buttons are the only ways on.
OWN_WAY_ON = {
    "accounts/sign_in.html",
    "accounts/step_up.html",
    "cases/check_referral.html",
    "cases/referred.html",
    "interventions/check.html",
    "meetings/days.html",
    "meetings/refused.html",
    "providers/first.html",
    "sharing/check.html",
    "street/shell.html",
    "reports/altered.html",
}
FIELD = '{% from "components/form.html" import field %}{{ field(form[name], **given) }}'
SUMMARY = '{% from "components/form.html" import error_summary %}{{ error_summary(form) }}'
COURSE = '{% from "components/chart.html" import course_chart %}{{ course_chart(chart, "c") }}'
PAGE = '{% extends "layout.html" %}{% block title %}Contact{% endblock %}'


class ContactForm(Form):
    """One field of each shape."""

    how = RadioField(
        "Hoe?", choices=[SelectChoice("s", "Straat")], validators=[InputRequired("Kies hoe")]
    )
    on = StringField("Datum", description="Bijvoorbeeld 23-11-2026", validators=[InputRequired()])
    note = TextAreaField("Verslag", validators=[InputRequired("Schrijf een verslag")])
    share = SelectField("Delen met", choices=[SelectChoice("t", "Team")])
    told = BooleanField("De jongere weet dit")


@pytest.fixture
def bare() -> Flask:
    app = Flask("bare", root_path=str(PMG), template_folder="templates", static_folder="static")
    Babel(app, default_locale="nl")
    return app


def sent(**answers: str) -> ContactForm:
    form = ContactForm(data=answers)
    form.validate()
    return form


def drawn(app: Flask, source: str, **context: object) -> str:
    with app.test_request_context():
        return render_template_string(source, **context)


def test_every_page_below_another_has_a_way_back() -> None:
    templates = PMG / "templates"
    sources = {str(p.relative_to(templates)): p.read_text() for p in templates.rglob("*.html")}

    def leads_back(name: str) -> bool:
        parent = re.search(r'{% extends "([^"]+)" %}', sources[name])
        return "{% block back %}" in sources[name] or (
            parent is not None and parent[1] != "layout.html" and leads_back(parent[1])
        )

    pages = {name for name, source in sources.items() if "{% extends " in source}
    stuck = {name for name in pages if not name.startswith("errors/") and not leads_back(name)}
    assert stuck == TOP_OF_MENU | OWN_WAY_ON


@pytest.mark.parametrize("page", ERROR_PAGES)
def test_an_error_page_needs_nothing_from_the_app(bare: Flask, page: str) -> None:
    with bare.test_request_context():
        body = render_template(f"errors/{page}.html")
    assert body.count("<h1") == 1
    assert 'lang="nl"' in body


@pytest.mark.parametrize("path", sorted((PMG / "templates").rglob("*.html")), ids=lambda p: p.stem)
def test_no_template_holds_inline_style_or_script(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)|javascript:", source)


@pytest.mark.parametrize("path", sorted((PMG / "static").glob("*.css")), ids=lambda p: p.stem)
def test_our_styles_load_nothing_from_elsewhere(path: Path) -> None:
    addresses = re.findall(r"url\(\"?([^)\"]+)", path.read_text())
    assert [url for url in addresses if not url.startswith(("icons/", "vendor/"))] == []


def test_a_title_says_that_there_is_an_error(bare: Flask) -> None:
    assert "<title>Fout: Contact - " in drawn(bare, PAGE, form=sent())
    assert "<title>Contact - " in drawn(bare, PAGE, form=ContactForm())


def test_an_error_and_a_hint_are_tied_to_their_field(bare: Flask) -> None:
    html = drawn(bare, FIELD, form=sent(), name="on", given={})
    assert 'aria-describedby="on-uitleg on-fout"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="on-uitleg"' in html
    assert 'id="on-fout"' in html


def test_a_field_without_errors_claims_none(bare: Flask) -> None:
    html = drawn(bare, FIELD, form=ContactForm(), name="share", given={})
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html


def test_a_choice_can_be_explained(bare: Flask) -> None:
    given = {"hints": {"s": "Ook op een plein"}}
    html = drawn(bare, FIELD, form=ContactForm(), name="how", given=given)
    assert 'aria-describedby="how-0-uitleg"' in html
    assert 'id="how-0-uitleg">Ook op een plein' in html


def test_only_what_may_stay_empty_is_marked_so(bare: Flask) -> None:
    form = ContactForm()
    assert "(niet verplicht)" in drawn(bare, FIELD, form=form, name="share", given={})
    assert "(niet verplicht)" not in drawn(bare, FIELD, form=form, name="note", given={})
    hidden = drawn(bare, FIELD, form=form, name="share", given={"optional": False})
    assert "(niet verplicht)" not in hidden


def test_the_summary_leads_to_each_field_with_an_error(bare: Flask) -> None:
    html = drawn(bare, SUMMARY, form=sent(share="t"))
    assert "Er zijn 3 problemen" in html
    assert '<a class="nl-link" href="#how-0">Kies hoe</a>' in html
    assert '<a class="nl-link" href="#note">Schrijf een verslag</a>' in html


def test_a_form_without_errors_has_no_summary(bare: Flask) -> None:
    assert drawn(bare, SUMMARY, form=ContactForm()).strip() == ""


def test_what_was_typed_stays_and_cannot_become_markup(bare: Flask) -> None:
    form = ContactForm(data={"note": "</textarea><script>alert(1)</script>"})
    html = drawn(bare, FIELD, form=form, name="note", given={})
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in html


def test_a_course_is_also_there_as_a_table_and_in_words(bare: Flask) -> None:
    seen = {"x": 0, "presence": "sterk", "nature": "mening", "on": "4 mei 2026", "source": "School"}
    lane = {"label": "Spijbelen <b>", "sightings": [seen, seen | {"x": 1, "presence": "beperkt"}]}
    groups = [{"label": "Risicofactoren", "kind": "risk", "lanes": [lane]}]
    chart = {"title": "Verloop", "summary": "Twee keer gezien.", "groups": groups, "ticks": []}
    html = drawn(bare, COURSE, chart=chart)
    assert "<title>4 mei 2026: sterk (mening)</title>" in html
    assert re.search(r"<td>beperkt</td><td>mening</td><td>School</td>", html)
    assert "Spijbelen &lt;b&gt;" in html
    assert "Spijbelen <b>" not in html
