"""Reads ``OCOTE_DATABASE_URL``: an SQLite file or a PostgreSQL server."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Location:
    """The place of the database; ``sqlite_path`` is None for PostgreSQL, and the repr hides the URL's password."""

    url: str = field(repr=False)
    sqlite_path: Path | None


def locate(url: str) -> Location:
    """The location in a database URL.

    ``sqlite:///data/ocote.db`` is relative to the working directory, ``sqlite:////var/lib/ocote.db`` absolute.
    Raises ValueError for any other scheme.
    """
    if url.startswith("sqlite:///"):
        return Location(url, Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return Location("postgresql://" + url.split("://", 1)[1], None)
    raise ValueError("OCOTE_DATABASE_URL must start with sqlite:/// or postgresql://")


def make_room(path: Path) -> None:
    """Creates an empty SQLite file and its folder if they do not exist.

    Only the user of the service may read the file, which holds every customer; the files that SQLite puts beside it
    get the same mode. An existing file or folder keeps its mode. Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
