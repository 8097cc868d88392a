"""Signed documents and events, read back from their JWS, with the official schema of each."""

import json
from base64 import urlsafe_b64decode
from decimal import Decimal
from typing import Any

from tests.dte.official_rules import assert_conforms
from tests.running_gateway import RunningGateway

SCHEMAS = {
    ("01", 1): ("v1", "fe-fc-v1.json"),
    ("01", 2): ("v2", "fe-f-v2.json"),
    ("03", 3): ("v1", "fe-ccf-v3.json"),
    ("03", 4): ("v2", "fe-ccf-v4.json"),
    ("05", 3): ("v1", "fe-nc-v3.json"),
    ("05", 4): ("v2", "fe-nc-v4.json"),
    ("11", 1): ("v1", "fe-fex-v1.json"),
    ("11", 3): ("v2", "fe-fex-v3.json"),
    ("14", 1): ("v1", "fe-fse-v1.json"),
    ("14", 2): ("v2", "fe-fse-v2.json"),
    ("invalidation", 2): ("v1", "anulacion-schema-v2.json"),
    ("invalidation", 3): ("v2", "invalidacion-schema-v3.json"),
}
"""By type and the version that the document states itself."""


def signed(gateway: RunningGateway, answer: dict[str, Any]) -> dict[str, Any]:
    """The signed document behind an answer, numbers exact."""
    route = "/suex/status" if answer["doc_type"] == "14" else "/status"
    document: dict[str, Any] = gateway.get(f"{route}/{answer['document_id']}?include_dte=1")["schema"]
    return document


def invalidations(gateway: RunningGateway) -> list[dict[str, Any]]:
    """Every invalidation event that MH has accepted, as signed, oldest first."""
    return [payload(event["jws"]) for event in gateway.emulator.control.events() if "document_code" in event]


def payload(jws: str) -> dict[str, Any]:
    """The content of a JWS, with exact numbers."""
    encoded = jws.split(".")[1]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)), parse_float=Decimal)
    return said


def assert_official(document: dict[str, Any]) -> None:
    """The document or event meets MH's own schema of its type and version."""
    head = document["identificacion"]
    edition, filename = SCHEMAS[head.get("tipoDte", "invalidation"), head["version"]]
    assert_conforms(edition, filename, document)
