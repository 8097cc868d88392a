"""Bad keys from anywhere, and keys that ask too often: every refusal leaves a trace, and none fills log or memory."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ocote.companies.keys import KeyLimits
from ocote.web.refusals import LINES_FOR_EACH, MOST_LINES
from tests.databases import Databases
from tests.hostile.besieged import Besieged, besieged_gateway, connection_to

_BAD_KEYS = 5_000
_SENDERS = 5
_GROWTH_MIB = 40
"""More than the neighbour's own sales and tickets take while the keys are tried."""

_WINDOWS = 20
"""Minutes that the attack may last at most on the slowest machine."""


@pytest.fixture
def behind_a_proxy(all_databases: Databases, tmp_path: Path) -> Iterator[Besieged]:
    """A gateway that believes a proxy on its own machine; the attacker's key may ask twice a minute."""
    environ = {"OCOTE_TRUSTED_PROXIES": "127.0.0.1/32"}
    limits = KeyLimits(per_minute=2, per_hour=50)
    with besieged_gateway(all_databases.sqlite(), tmp_path, environ=environ, attacker_limits=limits) as running:
        yield running


def lines(gateway: Besieged, event: str) -> list[dict[str, Any]]:
    """The lines of the gateway's log about one event."""
    read = [json.loads(line) for line in gateway.child.written().splitlines() if line.startswith("{")]
    return [line for line in read if line["event"] == event]


def bad_key(number: int) -> str:
    return f"odt_{number:056x}"


def from_address(number: int) -> dict[str, str]:
    """The headers with which the proxy names an address of a stranger."""
    return {
        "X-Forwarded-For": f"2001:db8:{number >> 8:x}:{number & 255:x}::1",
        "X-Forwarded-Proto": "https",
        "Authorization": f"Bearer {bad_key(number)}",
    }


def try_keys(gateway: Besieged, numbers: range) -> Counter[int]:
    """Asks with one bad key after the other, each from an address of its own; returns the answers by status."""
    answers: Counter[int] = Counter()
    connection = connection_to(gateway.port, gateway.trusted)
    for number in numbers:
        connection.request("GET", "/api/connect/status/caja-1", headers=from_address(number))
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
    connection.close()
    return answers


def test_thousands_of_bad_keys_from_thousands_of_addresses_fill_neither_log_nor_memory(
    behind_a_proxy: Besieged,
) -> None:
    gateway = behind_a_proxy
    gateway.neighbour.sell("antes")
    gateway.neighbour.print_ticket("antes")
    before = gateway.memory_mib()
    parts = [range(start, _BAD_KEYS, _SENDERS) for start in range(_SENDERS)]
    with ThreadPoolExecutor(_SENDERS) as pool:
        attack = [pool.submit(try_keys, gateway, part) for part in parts]
        sold = [f"caja-{number}" for number in range(10)]
        for reference in sold:
            gateway.neighbour.sell(reference)
        assert sum((done.result() for done in attack), Counter()) == {401: _BAD_KEYS}
    told = lines(gateway, "request_refused")
    assert MOST_LINES <= len(told) <= MOST_LINES * _WINDOWS
    assert {line["code"] for line in told} == {"key_unknown"}
    assert all(line["address"].startswith("2001:db8:") for line in told), "the stranger's address, not the proxy's"
    assert not any(bad_key(number) in gateway.child.written() for number in range(_BAD_KEYS))
    assert gateway.memory_mib() - before < _GROWTH_MIB
    assert set(gateway.neighbour.references()) == {"antes", *sold}
    assert gateway.is_alive()


def test_a_key_that_asks_too_often_is_told_by_its_beginning_beside_any_number_of_strangers(
    behind_a_proxy: Besieged,
) -> None:
    gateway = behind_a_proxy
    try_keys(gateway, range(2 * MOST_LINES))
    answers = Counter(gateway.attacker.request("GET", "/documents").status for _ in range(20))
    assert answers[429] > 0
    of_the_key = [line for line in lines(gateway, "request_refused") if line["status"] == 429]
    assert 1 <= len(of_the_key) <= LINES_FOR_EACH * 2, "the strangers have not taken its lines, and it fills none"
    assert {line["key"] for line in of_the_key} == {gateway.attacker.key[:12]}
    assert gateway.attacker.key not in gateway.child.written()


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "key_missing"),
        ({"Authorization": "Bearer odt_corta"}, "key_malformed"),
        ({"Authorization": f"Bearer {bad_key(7)}"}, "key_unknown"),
    ],
)
def test_each_kind_of_refusal_is_in_the_log_with_route_and_address(
    behind_a_proxy: Besieged, headers: dict[str, str], code: str
) -> None:
    connection = connection_to(behind_a_proxy.port, None)
    connection.request(
        "GET",
        f"/api/connect/file/{bad_key(9)}?type=json",
        headers={"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", **headers},
    )
    assert connection.getresponse().status == 401
    connection.close()
    [line] = lines(behind_a_proxy, "request_refused")
    assert (line["code"], line["status"], line["address"], line["method"]) == (code, 401, "198.51.100.7", "GET")
    assert line["path"] == "/file/odt_*"
    assert bad_key(9) not in behind_a_proxy.child.written()


def test_plain_http_from_elsewhere_is_refused_and_told(behind_a_proxy: Besieged) -> None:
    connection = connection_to(behind_a_proxy.port, None)
    headers = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http", "Authorization": f"Bearer {bad_key(1)}"}
    connection.request("GET", "/api/connect/documents", headers=headers)
    assert connection.getresponse().status == 403
    connection.close()
    [line] = lines(behind_a_proxy, "request_refused")
    assert (line["code"], line["address"]) == ("https_required", "198.51.100.7")
