"""Makes the history of the tables of today: ``python -m tests.histories.make``.

A history is a small database of one version of the tables, with what MH knows of it, made by the program of that
version: a shop lives through everything that can happen to its documents (see ``life``), on SQLite and on PostgreSQL,
with the emulator as MH. The tests load it years later and go on from there.

A history is made once, by the last program of its version: in the commit before the one that brings the next
migration. From then on the migration is frozen, and neither it nor its history changes any more. While a version is
still in the making, its folder may be removed and made again.

Keys, passwords and the certificate in it are invented, and used for nothing else.
"""

import asyncio
import json
import sqlite3
import sys
import tempfile
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ocote.clock import Clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.keys import ApiKeys, KeyLimits
from ocote.companies.numbering import NumberOrder, set_number
from ocote.companies.registry import add_company
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.store.engine.opening import NEWEST, open_store
from ocote.vault import Vault, new_secret
from tests.builders.company import BY, EXPORT_SETTINGS, NIT, POINT_OF_SALE, write_company
from tests.databases import Databases, databases
from tests.faults.books import gateway_books
from tests.histories.history import ENGINES, History, digest_of_migration, told
from tests.histories.life import RELINKED, Shop, live
from tests.histories.reopening import COMPANY_FILE, reopened_gateway
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server

_BEGINS: Final = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday in the middle of a month, nine in the morning in El Salvador."""
_NOBODY: Final = "http://127.0.0.1:9/ocote"
"""Where the company's software is later on: no test listens there."""


def main() -> None:
    """Makes what is not there yet."""
    folder = History(NEWEST, ENGINES[0]).folder
    if folder.exists():
        sys.exit(f"{folder.name} has its history already")
    folder.mkdir()
    write_company(folder, EXPORT_SETTINGS)
    (folder / "migration.sha256").write_text(f"{digest_of_migration(NEWEST)}\n", encoding="ascii")
    with databases() as made:
        for engine in ENGINES:
            _make(History(NEWEST, engine), made)


def _make(history: History, made: Databases) -> None:
    history.file("").mkdir()
    url = made.sqlite() if history.engine == "sqlite" else made.postgres()
    secret = new_secret()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        erp = stack.enter_context(open_erp())
        mail_server = stack.enter_context(open_mail_server())
        company = (history.folder / COMPANY_FILE).read_text(encoding="utf-8")
        (folder / COMPANY_FILE).write_text(f"{company}\n{mail_server.company}", encoding="utf-8")
        (folder / f"{NIT}.crt").write_bytes((history.folder / f"{NIT}.crt").read_bytes())
        key, disabled = asyncio.run(_registered(url, folder, secret, erp.url))
        journal = folder / "journal"
        journal.mkdir()
        with reopened_gateway(url, folder, secret=secret, key=key, now=_BEGINS, journal_dir=journal) as gateway:
            live(Shop(gateway, erp, mail_server))
            facts: dict[str, Any] = {
                "secret": secret,
                "key": key,
                "disabled_key": disabled,
                "left_at": gateway.clock().isoformat(),
                "replaced_link": urlsplit(gateway.post(f"/documents/{RELINKED}/link", None)["public_url"]).path,
                "documents": {
                    reference: told(gateway, row["doc_type"], reference)
                    for reference, row in gateway_books(url).items()
                },
            }
            for reference, said in facts["documents"].items():
                reply = gateway.request("GET", f"/file/{reference}?type=json")
                said["file"] = sha256(reply.content).hexdigest() if reply.status == 200 else None
        history.file("journal.jsonl").write_bytes((folder / "mh" / "journal.jsonl").read_bytes())
    content = json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    history.file("facts.json").write_text(f"{content}\n", encoding="utf-8")
    history.file("database.sql").write_text(_dumped(url, made).replace(erp.url, _NOBODY), encoding="utf-8")


async def _registered(url: str, folder: Path, secret: str, webhook_url: str) -> tuple[str, str]:
    """The company with its webhook, two keys, of which the second is disabled, and a number that was set."""
    clock: Clock = lambda: _BEGINS  # noqa: E731 - a clock that stands still
    limits = KeyLimits(10**6, 10**6)
    vault = Vault.from_secret(secret)
    async with open_store(url) as store:
        keys, by = ApiKeys(store, clock), BY
        company = await add_company(store, vault, read_company_file(folder / COMPANY_FILE), clock, by)
        await add_webhook(store, vault, clock, WantedWebhook(NIT, webhook_url, allow_private=True), by)
        key, other = [await keys.create(company, POINT_OF_SALE, by, limits) for _ in range(2)]
        await keys.disable(other[:12], by)
        await set_number(store, clock, company, NumberOrder(POINT_OF_SALE, "14", 7, year=2025), by)
    return key, other


def _dumped(url: str, made: Databases) -> str:
    if url.startswith("postgresql:"):
        return made.dump_postgres(url, "--column-inserts")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return "".join(f"{line}\n" for line in connection.iterdump())


if __name__ == "__main__":
    main()
