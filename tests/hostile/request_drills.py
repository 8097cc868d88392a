"""What a key can send, in full: mutated requests and bodies of 1 MiB, each as one line of the table of faults."""

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

from tests.faults.books import gateway_books
from tests.faults.tally import Tally
from tests.hostile.besieged import Besieged, besieged_gateway
from tests.hostile.fuzzing import fuzz
from tests.hostile.heavy_bodies import heavy_bodies
from tests.hostile.neighbour import Day

_PATHS = ("/invoice?dry_run=1", "/invoice", "/suex", "/credit-memo")


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


def post_heavy_bodies(database_url: str, folder: Path) -> Tally:
    """A company posts each body of 1 MiB to all endpoints that issue, while its neighbour sells, prints and mails."""
    with besieged_gateway(database_url, folder) as besieged, ThreadPoolExecutor(1) as pool:
        day = Day(besieged, "dia")
        attack = pool.submit(_post_all, besieged)
        day.go_on_while(lambda: not attack.done())
        statuses, longest_s = attack.result()
        found = day.close()
        memory = besieged.highest_memory_mib()
        assert besieged.is_alive(), "the gateway has ended"
    documents, issued = len(gateway_books(database_url)), statuses["issued"] + len(day.sold)
    return Tally(
        "bodies of 1 MiB beside a neighbour",
        statuses.total() - statuses["issued"],
        documents,
        found["lost"] + statuses["failed"] + abs(documents - issued),
        found["doubled"],
        found["skipped"],
        f"slowest answer {longest_s:.1f} s; the neighbour's slowest sale, ticket and list {day.longest_s:.1f} s; "
        f"the gateway's memory {memory:.0f} MiB",
    )


def _post_all(besieged: Besieged) -> tuple[Counter[str], float]:
    """How the requests were answered, and the seconds of the slowest answer."""
    statuses, longest_s = Counter[str](), 0.0
    for path in _PATHS:
        for _, body in heavy_bodies():
            began = monotonic()
            reply = besieged.attacker.request("POST", path, raw=body)
            longest_s = max(longest_s, monotonic() - began)
            statuses["answered" if reply.status in (200, 400) else "failed"] += 1
            statuses["issued"] += reply.status == 200 and "dry_run" not in path
    return statuses, longest_s
