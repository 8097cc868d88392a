"""A company with very many documents in a folder, made once and kept for later measurements."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bench.panel import copies
from bench.panel.copies import COMPANY, NEVER, Templates, Years
from bench.panel.pages import Sample
from bench.panel.tables import Row, Tables, open_tables, without_indexes
from bench.running import Database, opened_database
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import open_store
from ocote.store.engine.values import moment_text
from tests.builders.logo import good_png, store_logo
from tests.panel.lively import lively_company

_YEARS: Final = timedelta(days=3 * 365)
_WEEKS_OF_ANNOUNCEMENTS: Final = timedelta(days=28)
_AT_ONCE: Final = 50_000
_WAITING: Final = 100
"""Documents that wait in a contingency."""

_NAME: Final = "archive.json"


class Archive(Struct, frozen=True):
    """What a measurement needs beside the database: the secret, a key, and a value for each part of a path.

    ``numbers`` is the number behind that of the last copied document, ``ends_at`` the moment of that document.
    """

    secret: str
    key: str
    parts: Mapping[str, str]
    documents: int
    numbers: int
    ends_at: datetime


@contextmanager
def archive_in(folder: Path, kind: Database, documents: int) -> Iterator[tuple[str, Archive]]:
    """The URL of the database of a folder, and its archive, made first when the folder has none.

    An archive of an earlier day gets the documents of the days since.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with opened_database(kind, folder) as url:
        known = folder / _NAME
        migrate(url)
        if known.exists():
            archive = msgspec.json.decode(known.read_bytes(), type=Archive)
            if archive.documents != documents:
                raise SystemExit(f"{folder} has {archive.documents} documents: choose another folder, or remove it")
            archive = _continued(url, archive)
        else:
            archive = _made(url, folder, documents)
        known.write_bytes(msgspec.json.encode(archive))
        yield url, archive


def _made(url: str, folder: Path, documents: int) -> Archive:
    with lively_company(url, folder) as lively:
        parts, gateway = lively.parts, lively.gateway
        secret, key = gateway.settings.required_secret(), gateway.key
    now = datetime.now(UTC)
    years = Years(1_000, 1_000 + documents, now - _YEARS, now)
    asyncio.run(_with_logo(url))
    tables = open_tables(url)
    tables.run(f"UPDATE invitation SET expires_at = '{NEVER}'")  # noqa: S608 - a text of this package
    templates = _templates(tables, parts)
    others = templates.others
    for table, rows in (
        ("point_of_sale", copies.points(others["point_of_sale"])),
        ("correlative", copies.counters(templates, years.last, years)),
        ("contingency", copies.contingencies(others["contingency"], years)),
        ("contingency_event", copies.events(others["contingency_event"])),
        ("customer", copies.customers(others["customer"])),
        ("item", copies.items(others["item"])),
        ("draft", copies.drafts(others["draft"], years)),
        ("closing", copies.closings(others["closing"], years)),
        ("audit_entry", copies.audit_entries(others["audit_entry"], years)),
        ("api_request", copies.api_requests(others["api_request"], years)),
    ):
        tables.fill(table, rows)
    with without_indexes(tables, ("document", "outbox")):
        _fill(tables, templates, years, _WAITING)
    tables.settle()
    tables.close()
    # The log of requests forgets the oldest; the copies are the newest.
    own = {"passkey": "1", "request": str(copies.FIRST_REQUEST + copies.REQUESTS // 2)}
    return Archive(secret, key, {**parts, **own}, documents, years.last, now)


async def _with_logo(url: str) -> None:
    async with open_store(url) as store:
        await store.write(store_logo, COMPANY, good_png())


def _continued(url: str, archive: Archive) -> Archive:
    """The archive with the documents of the days since its end, at the pace of its years."""
    now = datetime.now(UTC)
    more = int(archive.documents * ((now - archive.ends_at) / _YEARS))
    if not more:
        return archive
    years = Years(archive.numbers, archive.numbers + more, archive.ends_at, now)
    tables = open_tables(url)
    templates = _templates(tables, archive.parts)
    _fill(tables, templates, years, 0)
    tables.settle()
    tables.close()
    return replace(archive, numbers=years.last, ends_at=now)


def _fill(tables: Tables, templates: Templates, years: Years, waiting: int) -> None:
    """Appends the documents, and what each of them has left in other tables."""
    announced_from = moment_text(years.end - _WEEKS_OF_ANNOUNCEMENTS)
    made = enumerate(copies.documents(templates, years, waiting), start=years.first)
    while some := list(islice(made, _AT_ONCE)):
        tables.fill("document", [row for _, row in some])
        beside: defaultdict[str, list[Row]] = defaultdict(list)
        for number, row in some:
            for table, own in copies.beside_document(templates, row, number):
                beside[table].append(own)
            if row["posted_at"] >= announced_from:
                beside["outbox"].append(copies.announcement(templates.others["announcement"], row, number))
        for table, rows in beside.items():
            tables.fill(table, rows)


def _templates(tables: Tables, parts: Mapping[str, str]) -> Templates:
    """The rows that the gateway wrote of the company in which everything has happened."""
    ids = {
        "03": parts["ccf"],
        "05": parts["note"],
        "11": parts["export"],
        "14": parts["purchase"],
        "invalidated": parts["invalidated"],
        "rejected": parts["rejected"],
        "contingency": parts["waiting"],
    }
    documents = {kind: _one(tables, "document", f"id = '{each}'") for kind, each in ids.items()}
    documents["01"] = _one(tables, "document", "external_ref = 'd1-0'")
    others = {
        "mail": _one(tables, "outbox", "channel = 'email' AND state = 'sent'"),
        "announcement": _one(tables, "outbox", "channel = 'webhook' AND state = 'sent'"),
        "contingency": _one(tables, "contingency", "state = 'done'"),
        "superseded_version": _one(tables, "superseded_version", "1 = 1"),
        "invalidation": _one(tables, "invalidation", "state = 'stamped'"),
        "audit_entry": _one(tables, "audit_entry", "1 = 1 ORDER BY number DESC"),
        "api_request": _one(tables, "api_request", "status = 200 AND document IS NOT NULL ORDER BY id DESC"),
        **{
            table: _one(tables, table, "1 = 1")
            for table in ("point_of_sale", "correlative", "contingency_event", "customer", "item", "draft", "closing")
        },
    }
    return Templates(documents, others)


def _one(tables: Tables, table: str, which: str) -> Row:
    [row] = tables.read(f"SELECT * FROM {table} WHERE {which} LIMIT 1")  # noqa: S608 - texts of this module
    return row


def sample_of(url: str, archive: Archive) -> Sample:
    """A document of the middle of the archive."""
    tables = open_tables(url)
    number = archive.numbers - archive.documents // 2
    row = _one(tables, "document", f"external_ref = 'venta-{number}'")
    tables.close()
    return Sample(**{name: row[name] for name in Sample.__struct_fields__})
