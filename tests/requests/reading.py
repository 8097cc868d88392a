"""Reads requests as they would come over the wire, and tells what was wrong with them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from ocote.web.invalid import InvalidRequest
from ocote.web.json_text import read_object


def as_sent(body: object) -> dict[str, Any]:
    """The body after its way through JSON: numbers are decimals."""
    return read_object(json.dumps(body).encode())


def faults_of(read: Callable[[dict[str, Any]], object], body: object) -> list[tuple[str, str]]:
    """Code and field of every fault that reading the body finds; it must find one."""
    with pytest.raises(InvalidRequest) as refused:
        read(as_sent(body))
    return [(fault.code, fault.field) for fault in refused.value.faults]
