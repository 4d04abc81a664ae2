"""Whether the server lives, and whether it can do its work."""

from http import HTTPStatus

import structlog
from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from pmg.extensions import db
from pmg.security.policy import Action
from pmg.web.door import Anyone, Feature

bp = Feature("health", __name__, url_prefix="/health")
log = structlog.get_logger()


@bp.page("/live", action=Action.PUBLIC, of=Anyone)
def live(_anyone: Anyone) -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="live")


@bp.page("/ready", action=Action.PUBLIC, of=Anyone)
def ready(_anyone: Anyone) -> ResponseReturnValue:
    """Say that the databases answer; 503 names those that do not, and nothing more."""
    down = [name for name, engine in _engines().items() if not _answers(engine)]
    if down:
        log.error("not_ready", databases=down)
        return jsonify(status="not ready", databases=down), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ready")


def _engines() -> dict[str, Engine]:
    return {bind or "data": engine for bind, engine in db.engines.items()}


def _answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one())
    except SQLAlchemyError:
        return False
