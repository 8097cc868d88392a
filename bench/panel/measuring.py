"""Opens each page so many times as the owner of the company, one after the other, and keeps the seconds."""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from bench.panel.pages import Page
from tests.panel.lively import OWNER
from tests.panel_client import PanelClient

_NEXT: Final = (
    re.compile(r'rel="next" href="([^"]+)"'),
    re.compile(r'href="([^"]+[?&;](?:after|cursor)=[^"]+)"'),
)
_ROUNDS_OF_A_FILE: Final = 3
_WARM_UP: Final = 2


class Timed(Struct, frozen=True):
    """A page with the status of its answer, its bytes, whether it is a page and no file, and the seconds of each time.

    ``cpu_s`` is the processor time of gateway and database together, a mean of one time.
    """

    name: str
    path: str
    status: int
    size: int
    is_page: bool
    seconds: list[float]
    cpu_s: float

    def at(self, share: float) -> float:
        """The milliseconds within which such a share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


class Owner:
    """The browser of the owner of the company, with one connection that stays open.

    ``used_s`` tells the processor time that gateway and database have used, in seconds.
    """

    def __init__(self, url: str, used_s: Callable[[], float]) -> None:
        self._used_s = used_s
        self._client = PanelClient(url)
        self._client.log_in(OWNER)
        address = urlsplit(url)
        self._connection = HTTPConnection(str(address.hostname), address.port, timeout=120)

    def open(self, path: str) -> tuple[int, str, bytes, float]:
        """Opens a page; returns its status, type, content, and the seconds that it took."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        began = time.perf_counter()
        self._connection.request("GET", f"/panel{path}", headers={"Cookie": cookie})
        answer = self._connection.getresponse()
        content = answer.read()
        return answer.status, answer.getheader("content-type", ""), content, time.perf_counter() - began

    def times(self, page: Page, rounds: int) -> Timed:
        """Opens a page again and again; files fewer times."""
        path = page.path
        for _ in range(page.pages_on):
            path = _next_of(self.open(path)[2].decode()) or path
        for _ in range(_WARM_UP):
            status, kind, content, _ = self.open(path)
        is_page = kind.startswith("text/html")
        before = self._used_s()
        seconds = [self.open(path)[3] for _ in range(rounds if is_page else _ROUNDS_OF_A_FILE)]
        cpu_s = (self._used_s() - before) / len(seconds)
        return Timed(page.name, path, status, len(content), is_page, seconds, cpu_s)


def _next_of(text: str) -> str | None:
    """The address of the next page of a list, below ``/panel``."""
    for pattern in _NEXT:
        found = pattern.search(text)
        if found is not None:
            return unescape(found[1]).removeprefix("/panel")
    return None


class Sold(Struct, frozen=True):
    """What was sold meanwhile."""

    seconds: list[float]
    stamped: int


@contextmanager
def sales(url: str, key: str, per_second: float) -> Iterator[list[Sold]]:
    """Sells meanwhile; at the end the list has what was sold."""
    found: list[Sold] = []
    command = [sys.executable, "-m", "bench.panel.selling", url, str(per_second)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        if process.stdin is None:
            raise RuntimeError("the seller has no input")
        process.stdin.write(f"{key}\n")
        process.stdin.flush()
        try:
            yield found
        finally:
            output, _ = process.communicate()
    found.append(msgspec.json.decode(output, type=Sold))
