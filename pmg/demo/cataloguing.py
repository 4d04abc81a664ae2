"""What the municipalities of the demo made of the catalogue: their own words, and one retired."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid5

import psycopg
from psycopg.types.json import Jsonb

from pmg.catalogue import rules
from pmg.demo.people import NAMESPACE, Staff
from pmg.reference.interventions import INTERVENTIONS
from pmg.security.policy import Role

_CHANGES: tuple[tuple[str, int, str, dict[str, str]], ...] = (
    (
        "MENTOR",
        200,
        "afspraken met de vrijwilligersorganisatie",
        {
            "core_elements": "kennismaken; samen een doel kiezen; op pad; afsluiten met het gezin",
            "sessions": "26",
            "minutes": "90",
            "target_group": "Jongeren die een volwassene buiten het gezin missen",
            "funding": "pmg;kansrijke_wijk",
        },
    ),
    (
        "BUURTSPORT",
        160,
        "vaste opzet met de sportclubs",
        {
            "core_elements": "training; gesprek na afloop; huisbezoek",
            "sessions": "20",
            "minutes": "75",
            "funding": "pmg;school_en_omgeving",
        },
    ),
    (
        "BUURTSPORT",
        40,
        "minder, maar langer",
        {"sessions": "16", "minutes": "90"},
    ),
    (
        "VOORLICHTING",
        90,
        "het landelijk kwaliteitskader noemt dit mogelijk schadelijk",
        {"retired_on": "-", "retired_why": "het landelijk kwaliteitskader raadt het af"},
    ),
)
_EDIT = """
INSERT INTO catalogue_edit (municipality_id, id, code, number, cells, reason, entered_by,
    entered_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""
_HEAD = """
INSERT INTO catalogue_head (municipality_id, stamp) VALUES (%s, %s) ON CONFLICT DO NOTHING"""


def keep_catalogue(
    connection: "psycopg.Connection[tuple[Any, ...]]", staff: Staff, *, today: date
) -> None:
    """Let the administrator of a municipality have changed some entries, and retired one."""
    keeper = staff.of(Role.ADMINISTRATOR)[0]
    now: dict[str, dict[str, str]] = {}
    numbers: dict[str, int] = {}
    edits = []
    for code, days_ago, why, wanted in _CHANGES:
        on = today - timedelta(days=days_ago)
        before = now.get(code) or rules.cells_of(INTERVENTIONS[code])
        given = {name: on.isoformat() if text == "-" else text for name, text in wanted.items()}
        now[code], faults = rules.clean(given, before, on)
        if faults:
            raise faults[0]
        numbers[code] = numbers.get(code, 0) + 1
        id_ = uuid5(NAMESPACE, f"catalogue/{keeper.municipality_id}/{code}/{numbers[code]}")
        moment = datetime.combine(on, time(9, 30), UTC)
        edits.append(
            (
                keeper.municipality_id, id_, code, numbers[code], Jsonb(now[code]), why, keeper.id,
                moment,
            )
        )  # fmt: skip
    connection.cursor().executemany(_EDIT, edits)
    connection.execute(_HEAD, (keeper.municipality_id, edits[-1][1]))
