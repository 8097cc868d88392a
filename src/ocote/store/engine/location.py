"""Reads ``OCOTE_DATABASE_URL``: an SQLite file or a PostgreSQL server."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Location:
    """Where the database is; ``sqlite_path`` is None for PostgreSQL. The URL may hold a password: not in the repr."""

    url: str = field(repr=False)
    sqlite_path: Path | None


def locate(url: str) -> Location:
    """Tells the kind of database from its URL.

    ``sqlite:///data/ocote.db`` is relative to the working directory, ``sqlite:////var/lib/ocote.db`` absolute.
    Raises ValueError for any other scheme.
    """
    if url.startswith("sqlite:///"):
        return Location(url, Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return Location("postgresql://" + url.split("://", 1)[1], None)
    raise ValueError("OCOTE_DATABASE_URL must start with sqlite:/// or postgresql://")


def make_room(path: Path) -> None:
    """Makes an SQLite file, empty, and its folder where there are none.

    The file is for the user of the service alone, for it holds every customer; those that SQLite puts beside it take
    after it. One that exists stays as its owner wants it. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
