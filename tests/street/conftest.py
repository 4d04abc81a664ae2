"""A device as the program sees one: it seals notes and sends them, any number of times."""

import base64
import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pmg.clock import now
from pmg.street import sealing
from pmg.street.services import switch
from tests.cast import Cast, Person
from tests.conftest import AtWork

_CURVE = ec.SECP256R1()
WORDS = "Zij staat bij het buurthuis en zegt dat de stage goed gaat."


@dataclass
class Phone:
    """Signed in as somebody, with a list or without."""

    client: FlaskClient
    key: str = ""
    point: bytes = b""
    names: list[str] = field(default_factory=list)

    def standing(self, *keys: str) -> dict[str, Any]:
        asked = ",".join(keys or ([self.key] if self.key else []))
        answer = self.client.get("/op-straat/stand", headers={"X-Street-Keys": asked})
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json
        return found

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.standing()["csrf"], **fields})

    def take(self, *case_ids: UUID | str) -> TestResponse:
        answer = self.post("/op-straat/meenemen", youths=[str(one) for one in case_ids])
        if answer.status_code == 200:
            self.key, self.point = answer.json["key"], base64.b64decode(answer.json["point"])
            self.names = [one["name"] for one in answer.json["youths"]]
        return answer

    def sealed(self, note_id: UUID, plain: bytes) -> str:
        """Seal as the script does: a fresh pair for each note, bound to the key and its number."""
        mine = ec.generate_private_key(_CURVE)
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, self.point)
        key = sealing.derived(mine.exchange(ec.ECDH(), theirs), UUID(self.key))
        nonce = os.urandom(12)
        closed = AESGCM(key).encrypt(nonce, plain, sealing.bound(UUID(self.key), note_id))
        point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return base64.b64encode(point + nonce + closed).decode()

    def send(
        self,
        case_id: UUID | str,
        text: str = WORDS,
        *,
        note_id: UUID | None = None,
        at: datetime | None = None,
        kind: str = "op_straat",
        **more: Any,
    ) -> TestResponse:
        number = note_id or uuid4()
        at = at or now()
        note = {"case": str(case_id), "kind": kind, "text": text, "at": at.isoformat()}
        sealed = self.sealed(number, json.dumps(note).encode())
        return self.post(
            "/op-straat/versturen", key=self.key, note=str(number), sealed=sealed, **more
        )


@pytest.fixture
def switched_on(at_work: AtWork, cast: Cast) -> None:
    """Both municipalities let names stand on devices."""
    with at_work(cast.ad):
        switch(is_on=True)


@pytest.fixture
def phone(browse: Any, switched_on: None) -> Any:
    """Return a phone of a person who is signed in."""

    def of(person: Person) -> Phone:
        return Phone(browse(person))

    return of


def notes_on(client: FlaskClient, case_id: UUID, text: str) -> int:
    """How often a text stands on the page with the contact of a case."""
    page = client.get(f"/zaken/{case_id}/contact").text
    return len(re.findall(re.escape(text), page))
