"""What an answer of the API says, in the short form in which tests compare answers."""

from collections.abc import Mapping
from typing import Any

from tests.running_gateway import RunningGateway

AMOUNTS = ("taxable", "vat", "gross", "withheld", "payable")


def amounts(answer: Mapping[str, Any]) -> list[str]:
    """The five amounts of a document, in the order of ``AMOUNTS``."""
    return [str(answer[f"amount_{name}"]) for name in AMOUNTS]


def refusal(gateway: RunningGateway, path: str, body: Any = None) -> tuple[int, str]:
    """Status and first fault code of a POST that the gateway refuses."""
    reply = gateway.request("POST", path, body)
    said = reply.json()
    return reply.status, said["errors"][0]["code"] if "errors" in said else said["code"]
