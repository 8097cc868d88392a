"""Sells at a steady pace: ``python -m bench.panel.selling URL PER_SECOND`` with the key on standard input.

A process of its own, so that its clients take no time from those that are measured. It ends when its standard input
ends, and then prints the seconds of each answer and how many documents were stamped.
"""

import json
import sys
import threading
import time
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit

from bench.load import LINES


def sell(url: str, key: str, per_second: float, is_over: threading.Event) -> dict[str, object]:
    """Posts an invoice every so often until it is over; a slow answer delays the sales behind it, as at a till."""
    address = urlsplit(url)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    began, stamp = time.perf_counter(), time.time_ns()
    seconds: list[float] = []
    stamped = 0
    for number in count():
        if is_over.wait(max(0.0, began + number / per_second - time.perf_counter())):
            break
        body = json.dumps({"external_ref": f"BENCH-{stamp}-{number}", "lines": LINES}).encode()
        asked = time.perf_counter()
        connection.request("POST", "/api/connect/invoice", body, headers)
        answer = json.loads(connection.getresponse().read())
        seconds.append(time.perf_counter() - asked)
        stamped += answer.get("dte_success") is True
    connection.close()
    return {"seconds": seconds, "stamped": stamped}


def main() -> None:
    """Sells until the standard input ends."""
    url, per_second = sys.argv[1], float(sys.argv[2])
    key = sys.stdin.readline().strip()
    is_over = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        is_over.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    json.dump(sell(url, key, per_second, is_over), sys.stdout)


if __name__ == "__main__":
    main()
