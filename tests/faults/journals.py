"""The journal against the database: every text that was signed has to be in both."""

import asyncio
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ocote.journal.lines import DamagedLineError, DocumentLine, EventLine, InvalidationLine, JournalLine, decode_line
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql

_TEXTS = sql("""
    SELECT jws FROM document UNION SELECT jws FROM superseded_version UNION SELECT jws FROM invalidation
    UNION SELECT jws FROM contingency_event""")


def signed_texts(database_url: str) -> set[str]:
    """Every text that the gateway has signed, by its database."""

    def rows() -> Transaction[list[Row]]:
        return (yield _TEXTS())

    async def read() -> list[Row]:
        async with open_store(database_url) as store:
            return await store.read(rows)

    with ThreadPoolExecutor(1) as pool:
        return {row["jws"] for row in pool.submit(asyncio.run, read()).result()}


def lines_of(journal: Path) -> Iterator[JournalLine]:
    """The lines of all segments in a folder, without those that a dead process left half written."""
    for path in sorted(journal.glob("ocote-*.journal*")):
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.split(b"\n")[:-1]:
            try:
                yield decode_line(line)
            except DamagedLineError as error:
                raise AssertionError(f"{path.name}: {error}: {line[:80]!r}") from error


def journaled_texts(journal: Path) -> set[str]:
    """Every signed text in the journal."""
    return {line.jws for line in lines_of(journal) if isinstance(line, DocumentLine | InvalidationLine | EventLine)}


def unjournaled(database_url: str, journal: Path) -> list[str]:
    """The signed texts of the database that the journal does not have, in words."""
    missing = signed_texts(database_url) - journaled_texts(journal)
    return [f"not in the journal: …{text[-60:]}" for text in missing]
