"""Structured logs without personal data: an endpoint, never an address; a number, never a name."""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def _start_clock() -> None:
    g.started = time.perf_counter()


def _note(response: Response) -> Response:
    if request.endpoint != "static":
        log.info(
            "request",
            request_id=g.get("request_id"),
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            milliseconds=round(1000 * (time.perf_counter() - g.get("started", 0.0))),
        )
    return response


def init_app(app: Flask) -> None:
    """Write one line of JSON a request to standard error, at the level of the settings."""
    level = logging.getLevelNamesMapping()[app.config["SETTINGS"].log_level]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    app.before_request(_start_clock)
    app.after_request(_note)
