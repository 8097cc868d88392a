"""Reads ``OCOTE_DATABASE_URL``: an SQLite file or a PostgreSQL server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_VERIFYING: Final = frozenset({"verify-ca", "verify-full"})


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


def unverified_hosts(location: Location, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The machines elsewhere whose PostgreSQL is used although nothing proves that it is the right one.

    ``environ`` holds PGHOST and PGSSLMODE, which count where the URL says nothing. Empty for SQLite, for a server on
    this machine, and with a TLS certificate that is verified.
    """
    if location.sqlite_path is not None:
        return ()
    parts = urlsplit(location.url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if query.get("sslmode", environ.get("PGSSLMODE", "")) in _VERIFYING:
        return ()
    named = query.get("host") or parts.netloc.rpartition("@")[2] or environ.get("PGHOST", "")
    hosts = (_without_port(unquote(host)) for host in named.split(","))
    return tuple(host for host in hosts if host and not _is_here(host))


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _is_here(host: str) -> bool:
    """Whether a host is this machine: its own name, a loopback address, or the folder of a Unix socket."""
    if host == "localhost" or host.startswith(("/", "@")):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
