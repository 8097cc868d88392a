"""The clients in a separate process: ``python -m bench.load URL REQUESTS CLIENTS`` with the key on standard input.

Each client keeps one connection open and posts one invoice after the other. A client does as little work as possible,
so that on a small machine it does not slow down the gateway; answers are read only after the measurement.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LINES = (
    {"description": "Café de altura tostado, libra", "quantity": 2, "unit_price": 5.65},
    {"description": "Pan dulce surtido", "quantity": 3, "unit_price": 1.25},
    {"description": "Servicio de mesa", "quantity": 1, "unit_price": 2.10, "discount_percentage": 10},
)
"""The lines of every invoice that is sold."""


@dataclass(slots=True)
class Tally:
    """The results of the clients: seconds from request to answer, and the answers themselves."""

    seconds: list[float] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


async def _client(host: str, port: int, head: bytes, references: list[str], tally: Tally) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for reference in references:
        body = json.dumps({"external_ref": reference, "lines": LINES}).encode()
        began = time.perf_counter()
        writer.write(b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body))
        answer_head = await reader.readuntil(b"\r\n\r\n")
        answer = await reader.readexactly(_length(answer_head))
        tally.seconds.append(time.perf_counter() - began)
        tally.heads.append(answer_head)
        tally.bodies.append(answer)
    writer.close()
    await writer.wait_closed()


def _length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + 15
    return int(head[start : head.index(b"\r\n", start)])


async def run(url: str, key: str, requests: int, clients: int) -> dict[str, object]:
    """Posts ``requests`` invoices through ``clients`` connections and returns the results."""
    address = urlsplit(url)
    host, port = str(address.hostname), int(address.port or 80)
    head = (
        f"POST /api/connect/invoice HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\n"
    ).encode()
    stamp = time.time_ns()
    tally = Tally()
    shares = [[f"BENCH-{stamp}-{number}" for number in range(start, requests, clients)] for start in range(clients)]
    began = time.perf_counter()
    await asyncio.gather(*(_client(host, port, head, share, tally) for share in shares))
    wall_s = time.perf_counter() - began
    return {
        "wall_s": wall_s,
        "seconds": tally.seconds,
        "stamped": sum(_is_stamped(body) for body in tally.bodies),
        "first_failure": next((body.decode() for body in tally.bodies if not _is_stamped(body)), None),
        "steps_ms": _mean_steps(tally.heads),
        "cpu_s": time.process_time(),
    }


def _is_stamped(body: bytes) -> bool:
    return json.loads(body).get("dte_success") is True


def _mean_steps(heads: list[bytes]) -> dict[str, float]:
    """The mean of each step of ``Server-Timing``, in milliseconds."""
    sums: dict[str, float] = {}
    for head in heads:
        for line in head.decode("latin-1").splitlines():
            name, _, value = line.partition(":")
            if name.lower() == "server-timing":
                for step in value.split(","):
                    title, _, duration = step.strip().partition(";dur=")
                    sums[title] = sums.get(title, 0.0) + float(duration)
    return {title: total / len(heads) for title, total in sums.items()}


if __name__ == "__main__":
    outcome = asyncio.run(run(sys.argv[1], sys.stdin.readline().strip(), int(sys.argv[2]), int(sys.argv[3])))
    json.dump(outcome, sys.stdout)
