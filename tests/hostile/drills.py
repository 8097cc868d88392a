"""The attacks in full, each as one line of the table of faults: what is attacked with, and what the neighbour notices.

Every drill takes the URL of a fresh database and an empty folder.
"""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final

from tests.faults.books import compare, gateway_books
from tests.faults.tally import Tally, tally
from tests.hostile.besieged import Besieged, Transport, besieged_gateway
from tests.hostile.fuzzing import fuzz
from tests.hostile.heavy_bodies import heavy_bodies
from tests.hostile.long_prints import HANG_UPS_AT_ONCE, LONG_PRINT, asked_for, highest_memory_of_all, sell_long
from tests.hostile.neighbour import Day, prepare, under_attack
from tests.hostile.searching import fill, searching_without_end
from tests.hostile.strangers import HIGHEST_MIB, Attack, flood_with_requests, sell_under, trickle_chunks

_REQUESTS: Final = 120
"""Of the attacker in a round: what a key with the usual limits may ask in a minute."""

_FAULTS: Final = 20
"""That are told; there may be thousands of a kind."""

_SALES: Final = 50
"""Of the neighbour while strangers attack."""

_PATHS: Final = ("/invoice?dry_run=1", "/invoice", "/suex", "/credit-memo")


# Strangers


def pipelining(database_url: str, folder: Path, transport: Transport) -> Tally:
    """Sales while a stranger sends 27 MB of requests at a time."""
    fault = f"stranger: 27 MB of requests ahead, {transport}"
    with besieged_gateway(database_url, folder, transport) as besieged:
        return _sell_beside_strangers(fault, besieged, flood_with_requests, 1)


def tiny_chunks(database_url: str, folder: Path, transport: Transport) -> Tally:
    """Sales while eight strangers send bodies in chunks of one byte."""
    fault = f"strangers: eight bodies in chunks of a byte, {transport}"
    with besieged_gateway(database_url, folder, transport) as besieged:
        return _sell_beside_strangers(fault, besieged, trickle_chunks, 8)


def _sell_beside_strangers(fault: str, besieged: Besieged, attack: Attack, attackers: int) -> Tally:
    before = besieged.highest_memory_mib()
    sold, longest_s = sell_under(attack, besieged, attackers, _SALES)
    highest = besieged.highest_memory_mib()
    assert highest < HIGHEST_MIB, f"{highest:,.0f} MiB"
    assert besieged.is_alive(), "the gateway has ended"
    findings = compare(besieged.database_url, besieged.emulator.control, sold)
    remark = f"at most {highest:,.0f} MiB, {before:,.0f} before; a sale was answered within {longest_s:.1f} s"
    return tally(fault, attackers, findings, [], remark)


# A company with a key


def sell_beside_a_key(database_url: str, folder: Path, rounds: int, chance: Random) -> Tally:
    """A company asks for whatever its key admits, round after round, while its neighbour sells, prints and mails."""
    faults, days = list[str](), list[Day]()
    with besieged_gateway(database_url, folder) as besieged:
        prepare(besieged)
        for number in range(rounds):
            days.append(Day(besieged, f"dia-{number}"))
            with under_attack(besieged, chance.randrange(10**6), _REQUESTS) as attack:
                days[-1].go_on_while(attack.goes_on)
            faults += attack.faults
        return _line("a key at its limits beside a neighbour", rounds * _REQUESTS, days, faults)


def post_heavy_bodies(database_url: str, folder: Path) -> Tally:
    """A company posts each body of 1 MiB to all endpoints that issue, while its neighbour sells, prints and mails."""
    with besieged_gateway(database_url, folder) as besieged, ThreadPoolExecutor(1) as pool:
        day = Day(besieged, "dia")
        attack = pool.submit(_post_all, besieged)
        day.go_on_while(lambda: not attack.done())
        posted = attack.result()
        documents, issued = len(gateway_books(database_url)), posted.issued + len(day.sold)
        if documents != issued:
            posted.faults.append(f"{issued} documents issued, {documents} kept")
        also = f"slowest answer {posted.longest_s:.1f} s"
        return _line("bodies of 1 MiB beside a neighbour", posted.answered, [day], posted.faults, also)


def search_beside_a_neighbour(database_url: str, folder: Path, documents: int, rounds: int) -> Tally:
    """A company with a large archive lists and exports it without end, while its neighbour sells, prints and lists."""
    with besieged_gateway(database_url, folder) as besieged:
        fill(besieged, documents)
        day = Day(besieged, "dia")
        with searching_without_end(besieged) as searching:
            for _ in range(rounds):
                day.go_on()
        fault = f"searches of {documents} documents beside a neighbour"
        return _line(fault, searching.responses.total(), [day], searching.faults)


def hang_up_on_long_pdfs(database_url: str, folder: Path, times: int) -> Tally:
    """A company asks for the PDF of the longest document and hangs up, again and again; its neighbour sells and mails.

    At every hang-up but the first ones a child is at work for nobody: the remark tells what that costs the neighbour.
    """
    with besieged_gateway(database_url, folder) as besieged:
        sell_long(besieged.attacker, LONG_PRINT)
        day = Day(besieged, "dia")
        day.go_on()
        alone_s = day.longest_s
        with highest_memory_of_all(besieged) as highest:
            for _ in range(times):
                with asked_for(besieged, LONG_PRINT, HANG_UPS_AT_ONCE):
                    day.go_on()
            line = _line("long PDFs with hang-ups", times * HANG_UPS_AT_ONCE, [day], [], f"alone {alone_s:.1f} s")
        return replace(line, remark=f"{line.remark}, with children {highest[0]:.0f} MiB")


@dataclass(slots=True)
class _Posted:
    """How the requests were answered, and the seconds of the slowest answer."""

    answered: int = 0
    issued: int = 0
    longest_s: float = 0.0
    faults: list[str] = field(default_factory=list)


def _post_all(besieged: Besieged) -> _Posted:
    posted = _Posted()
    for path in _PATHS:
        for name, body in heavy_bodies():
            began = monotonic()
            reply = besieged.attacker.request("POST", path, raw=body)
            posted.longest_s = max(posted.longest_s, monotonic() - began)
            posted.answered += 1
            posted.issued += reply.status == 200 and "dry_run" not in path
            if reply.status not in (200, 400):
                posted.faults.append(f"{path}, {name}: {reply.status}")
    return posted


def _line(fault: str, tried: int, days: list[Day], faults: list[str], also: str = "") -> Tally:
    """The line of an attack beside a neighbour, whose days end here; each answer that must not be counts as a loss."""
    found = sum((day.close() for day in days), Counter[str]())
    besieged, slowest_s = days[0].besieged, max(day.longest_s for day in days)
    assert besieged.is_alive(), "the gateway has ended"
    told = (
        f"the neighbour's slowest sale, ticket and list {slowest_s:.1f} s",
        also,
        f"the gateway's memory {besieged.highest_memory_mib():.0f} MiB",
    )
    return Tally(
        fault,
        tried,
        sum(len(day.sold) for day in days),
        found["lost"] + len(faults),
        found["doubled"],
        found["skipped"],
        "; ".join(filter(None, told)),
        tuple(faults[:_FAULTS]),
    )


# Requests of any kind


def send_mutated_requests(database_url: str, folder: Path, requests: int, seed: int) -> Tally:
    """Sends so many mutated requests, none of which may make the gateway fail or keep what it refuses."""
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # it names every request that is no HTTP
    found = fuzz(database_url, folder, requests, seed)
    kind = database_url.partition(":")[0]
    return Tally(
        f"mutated requests, {kind}",
        sum(found.answers.values()),
        found.documents,
        len(found.faults),
        0,
        found.skipped,
        ", ".join(f"{many:,} × {status}" for status, many in sorted(found.answers.items())),
        tuple(found.faults),
    )
