"""Sends mutated requests to a gateway and judges every answer: no fault of the server, nothing kept of a refusal."""

import asyncio
import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, one, sql
from tests.builders.company import EXPORT_SETTINGS
from tests.hostile.mutations import Sent, mutated, valid_documents
from tests.running_gateway import RunningGateway, running_gateway

_PATIENCE_S: Final = 60.0
_VALID_EVERY: Final = 100
_MOST_FAULTS: Final = 20
_KEPT = sql("""
    SELECT (SELECT count(*) FROM document) AS documents, (SELECT count(*) FROM superseded_version) AS versions,
           (SELECT coalesce(sum(last), 0) FROM correlative) AS numbers, (SELECT count(*) FROM invalidation) AS events,
           (SELECT count(*) FROM customer) AS customers, (SELECT count(*) FROM outbox) AS messages,
           (SELECT count(*) FROM contingency) AS contingencies""")


@dataclass(slots=True)
class Fuzzed:
    """What came of the requests: how many answers of each status, and every answer that must not be."""

    seed: int
    answers: Counter[int] = field(default_factory=Counter)
    rejected: int = 0
    documents: int = 0
    numbers: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def skipped(self) -> int:
        """Numbers that no document has."""
        return self.numbers - self.documents


class _Fuzz:
    def __init__(self, gateway: RunningGateway, kept: "_Kept", found: Fuzzed) -> None:
        self._gateway = gateway
        self._kept = kept
        self._found = found
        self._before = kept.now()

    def issue_valid(self, mark: str) -> None:
        """Issues a document of each type, all of which have to be stamped."""
        for path, body in valid_documents(mark):
            reply = self._gateway.request("POST", path, body)
            if reply.status != 200 or not reply.json()["dte_success"]:
                self._found.faults.append(f"a valid request is not stamped: {path} {body}: {reply.content!r}")
        self._before = self._kept.now()

    def send(self, number: int, sent: Sent) -> None:
        """Sends one request and judges the answer."""
        try:
            status, content = _answer(self._gateway, sent)
        except (OSError, HTTPException) as error:
            self._blame(number, sent, f"no answer: {error!r}")
            return
        self._found.answers[status] += 1
        for fault in _faults(sent, status, content):
            self._blame(number, sent, f"{fault}: {status} {content[:1000]!r}")
        after = self._kept.now()
        is_act = sent.method == b"POST" and status == 200 and b'"dry_run":true' not in content[:100]
        if not is_act and after != self._before:
            self._blame(number, sent, f"{status}, but kept {after} after {self._before}")
        self._before = after
        self._found.rejected += is_act and b'"rejected":true' in content[:200]

    def _blame(self, number: int, sent: Sent, why: str) -> None:
        self._found.faults.append(f"seed {self._found.seed}, request {number}: {why}\n    {sent}")


def fuzz(database_url: str, folder: Path, requests: int, seed: int) -> Fuzzed:
    """So many mutated requests, and a valid document of each type before every hundred; ends after some faults."""
    found = Fuzzed(seed)
    with (
        running_gateway(database_url, folder, company=EXPORT_SETTINGS, mh_timeout_s=30.0) as gateway,
        _kept_in(database_url) as kept,
    ):
        run = _Fuzz(gateway, kept, found)
        for number in range(requests):
            mark = f"v{number // _VALID_EVERY}"
            if number % _VALID_EVERY == 0:
                run.issue_valid(mark)
            run.send(number, mutated(seed, number, mark))
            if len(found.faults) >= _MOST_FAULTS:
                break
        run.issue_valid("last")
        last = kept.now()
    found.documents, found.numbers = int(last["documents"]), int(last["numbers"])
    return found


def _answer(gateway: RunningGateway, sent: Sent) -> tuple[int, bytes]:
    """Status and body of the answer; the request is written byte by byte, for a client library would mend it."""
    address = urlsplit(gateway.url)
    headers = {b"Host": b"localhost", b"Authorization": b"Bearer " + gateway.key.encode()} | dict(sent.headers)
    if sent.body is not None:
        headers[b"Content-Length"] = b"%d" % len(sent.body)
    head = b"".join(b"%s: %s\r\n" % each for each in headers.items())
    with socket.create_connection((address.hostname, address.port), timeout=_PATIENCE_S) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may refuse before it has read everything
            connection.sendall(
                b"%s /api/connect%s HTTP/1.1\r\n%sConnection: close\r\n\r\n" % (sent.method, sent.target, head)
            )
            connection.sendall(sent.body or b"")
        response = HTTPResponse(connection, method=sent.method.decode())
        response.begin()
        return response.status, response.read()


def _faults(sent: Sent, status: int, content: bytes) -> Iterator[str]:
    if status >= 500:
        yield "a fault of the server"
    if not 400 <= status < 500 or sent.method == b"HEAD":
        return
    try:
        answer = json.loads(content)
    except ValueError:
        yield "no JSON"
        return
    if not answer.get("code") or not answer.get("detail"):
        yield "without code or sentence"
    if status == 400 and not _are_told(answer.get("errors")):
        yield "without the fields at fault"


def _are_told(errors: Any) -> bool:
    return bool(errors) and all(each["field"] and each["code"] and each["message"] for each in errors)


class _Kept:
    """Counts what a gateway keeps in its database."""

    def __init__(self, runner: asyncio.Runner, store: Any) -> None:
        self._runner = runner
        self._store = store

    def now(self) -> Row:
        """The counts by their names."""
        row: Row = self._runner.run(self._store.read(_kept))
        return row


@contextmanager
def _kept_in(database_url: str) -> Iterator[_Kept]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        store = runner.run(stack.enter_async_context(open_store(database_url)))
        try:
            yield _Kept(runner, store)
        finally:
            runner.run(stack.aclose())


def _kept() -> Transaction[Row]:
    return (yield from one(_KEPT()))
