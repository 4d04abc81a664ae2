"""Nobody can make a page, or a verb, without saying who may."""

import inspect
import pkgutil
from importlib import import_module
from types import ModuleType
from unittest.mock import MagicMock

import pytest
from flask import Flask

import pmg
from pmg.errors import NotPermitted
from pmg.security.policy import Action
from pmg.web.door import Feature, refuse_undeclared

# Verbs that run before anyone is known, and the plugging in of listeners.
WITHOUT_A_READER = {"sign_in", "login_digest", "account_digest", "listen"}


def services() -> list[ModuleType]:
    names = [m.name for m in pkgutil.iter_modules(pmg.__path__) if m.ispkg]
    found = []
    for room in names:
        package = import_module(f"pmg.{room}")
        if any(m.name == "services" for m in pkgutil.iter_modules(package.__path__)):
            found.append(import_module(f"pmg.{room}.services"))
    return found


def verbs() -> list[tuple[str, object]]:
    return [
        (f"{module.__name__}.{name}", verb)
        for module in services()
        for name, verb in inspect.getmembers(module, inspect.isfunction)
        if verb.__module__ == module.__name__
        and not name.startswith("_")
        and name not in WITHOUT_A_READER
    ]


def test_a_plain_route_is_refused() -> None:
    with pytest.raises(TypeError, match="use page"):
        Feature("planted", __name__).route("/planted")


def test_an_application_with_an_undeclared_page_does_not_start() -> None:
    planted = Flask("planted")
    planted.add_url_rule("/planted", "planted", lambda: "open to all")
    with pytest.raises(RuntimeError, match="no action and resource"):
        refuse_undeclared(planted)


def test_an_address_with_a_guessable_id_does_not_start() -> None:
    planted, room = Flask("planted"), Feature("planted", __name__)
    room.page("/zaken/<int:id>", action=Action.PUBLIC, of=type("Anyone", (), {}))(lambda _item: "")
    planted.register_blueprint(room)
    with pytest.raises(RuntimeError, match="uuid"):
        refuse_undeclared(planted)


def something() -> MagicMock:
    """Stand in for any argument, with a category that exists."""
    thing = MagicMock()
    thing.factor.category = "plan"
    return thing


def test_there_are_verbs_to_try() -> None:
    assert len(verbs()) > 10


@pytest.mark.parametrize(("name", "verb"), verbs(), ids=[name for name, _verb in verbs()])
def test_a_verb_refuses_when_nobody_is_at_work(app: Flask, name: str, verb: object) -> None:
    arguments = {
        parameter.name: something()
        for parameter in inspect.signature(verb).parameters.values()  # type: ignore[arg-type]
        if parameter.default is inspect.Parameter.empty
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    }
    with app.app_context(), pytest.raises(NotPermitted):
        verb(**arguments)  # type: ignore[operator]
