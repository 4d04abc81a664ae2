"""A misspelt name in a template is an error, not an empty place on a page."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError


def test_a_name_that_does_not_exist_is_not_printed_as_nothing(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ naam_met_tikfout }}")


def test_whether_something_is_there_may_be_asked(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{% if iets %}ja{% else %}nee{% endif %}") == "nee"
