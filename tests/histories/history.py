"""What is kept of one version of the tables on one kind of database, and how it is opened again.

Beside ``v0001/empresa.toml`` and the company's certificate there is, for each kind of database: ``database.sql``, the
whole database as SQL; ``journal.jsonl``, the books of MH; and ``facts.json``, what clients were told of it.
"""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.builders.company import NIT
from tests.databases import Databases
from tests.histories.reopening import COMPANY_FILE, reopened_gateway
from tests.running_gateway import RunningGateway

HERE: Final = Path(__file__).parent
ENGINES: Final = ("sqlite", "postgres")
DOC_TYPES: Final = ("01", "03", "05", "11", "14")


@dataclass(frozen=True, slots=True)
class History:
    """A version of the tables on one kind of database."""

    version: str
    engine: str

    @property
    def folder(self) -> Path:
        """What belongs to the version on both kinds of database."""
        return HERE / f"v{self.version}"

    def file(self, name: str) -> Path:
        """What belongs to this kind of database alone."""
        return self.folder / self.engine / name

    def facts(self) -> dict[str, Any]:
        """Secrets, the moment at which it was left, and what a client was told of each document."""
        read: dict[str, Any] = json.loads(self.file("facts.json").read_text(encoding="utf-8"))
        return read

    @contextmanager
    def loaded(self, databases: Databases, folder: Path) -> Iterator[str]:
        """The URL of the database as it was left, of which nothing remains at the end."""
        script = self.file("database.sql").read_text(encoding="utf-8")
        if self.engine == "sqlite":
            with closing(sqlite3.connect(folder / "old.sqlite3")) as connection:
                connection.executescript(script)
            yield f"sqlite:///{folder / 'old.sqlite3'}"
        else:
            url = databases.load_postgres(script)
            yield url
            databases.drop_postgres(url)

    @contextmanager
    def opened(self, database_url: str, folder: Path) -> Iterator[RunningGateway]:
        """Gateway and MH of today over the loaded database, a second after they were left."""
        for name in (COMPANY_FILE, f"{NIT}.crt"):
            shutil.copyfile(self.folder / name, folder / name)
        (folder / "mh").mkdir()
        shutil.copyfile(self.file("journal.jsonl"), folder / "mh" / "journal.jsonl")
        facts = self.facts()
        left_at = datetime.fromisoformat(facts["left_at"])
        with reopened_gateway(database_url, folder, secret=facts["secret"], key=facts["key"], now=left_at) as gateway:
            gateway.time_passes(seconds=1)
            yield gateway


def histories() -> list[History]:
    """Every version that is kept, on each kind of database."""
    return [History(folder.name[1:], engine) for folder in sorted(HERE.glob("v*")) for engine in ENGINES]


def migrations() -> ScriptDirectory:
    """The migrations of the program."""
    config = Config()
    config.set_main_option("script_location", "ocote.store:migrations")
    return ScriptDirectory.from_config(config)


def digest_of_migration(version: str) -> str:
    """The SHA-256 of the file of a migration."""
    return sha256(Path(migrations().get_revision(version).path).read_bytes()).hexdigest()


def tables(databases: Databases, database_url: str) -> list[str]:
    """Everything a database is made of, without what it holds: a statement for each table, index and constraint."""
    if database_url.startswith("postgresql:"):
        return re.split(r"(?<=;)\n", databases.dump_postgres(database_url, "--schema-only"))
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        return [
            row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql")
        ]


def status_route(doc_type: str, reference: str) -> str:
    """Where a client asks for a document."""
    return f"{'/suex' if doc_type == '14' else ''}/status/{reference}"


def told(gateway: RunningGateway, doc_type: str, reference: str) -> dict[str, Any]:
    """What a client is told of a document, without the addresses, which depend on where the gateway runs."""
    answer = gateway.get(status_route(doc_type, reference))
    return {name: value for name, value in answer.items() if not name.endswith("_url")}
