"""Every command reads the TLS parameters of the URL, and trusts only the certificate it was told to."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from ocote.documents.reasons import reason
from ocote.store.engine.location import locate, unverified_hosts
from ocote.store.engine.migrate import migrate
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import StoreUnavailableError
from tests.databases import Databases
from tests.store.rows import add_company
from tests.store.tls_terminator import Terminator, tls_in_front_of

ELSEWHERE = "postgresql://ocote:secret@db.example.com:5432/ocote"


@pytest.fixture
def behind_tls(all_databases: Databases, tmp_path: Path) -> Iterator[tuple[Terminator, str]]:
    with tls_in_front_of(all_databases.postgres(), tmp_path) as found:
        yield found


async def _opened(url: str) -> None:
    async with open_store(url):
        pass


def verified(url: str, authority: Path) -> str:
    return f"{url}?sslmode=verify-full&sslrootcert={authority}"


async def test_a_gateway_works_over_verified_tls(behind_tls: tuple[Terminator, str]) -> None:
    terminator, url = behind_tls

    async with open_store(verified(url, terminator.authority)) as store:
        company = await store.write(add_company)
        await store.appear()

        assert company == 1
        assert terminator.sessions >= 2  # the pool's, and the one that listens


def test_tables_are_migrated_over_verified_tls(all_databases: Databases, tmp_path: Path) -> None:
    with tls_in_front_of(all_databases.empty_postgres(), tmp_path) as (terminator, url):
        migrate(verified(url, terminator.authority))

        assert terminator.sessions == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_of_anybody_else_is_refused(behind_tls: tuple[Terminator, str], host: str) -> None:
    terminator, url = behind_tls
    authority = terminator.authority
    if host == "localhost":
        authority = authority.with_name("other.pem")
        trustme.CA().cert_pem.write_to_path(str(authority))
    wrong = verified(url.replace("localhost", host), authority)

    with pytest.raises(StoreUnavailableError, match="certificate verify failed"):
        migrate(wrong)
    with pytest.raises(StoreUnavailableError, match="certificate verify failed"):
        asyncio.run(_opened(wrong))
    assert terminator.sessions == 0


def test_the_operator_is_told_that_a_file_is_missing(behind_tls: tuple[Terminator, str]) -> None:
    terminator, url = behind_tls

    with pytest.raises(StoreUnavailableError) as refused:
        migrate(verified(url, terminator.authority.with_name("none.pem")))

    assert "no existe el archivo de sslrootcert" in reason(refused.value)


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        (ELSEWHERE, ("db.example.com",)),
        (f"{ELSEWHERE}?sslmode=require", ("db.example.com",)),
        (f"{ELSEWHERE}?sslmode=verify-full&sslrootcert=/a.pem", ()),
        (f"{ELSEWHERE}?sslmode=verify-ca", ()),
        ("postgres://10.0.0.7/ocote", ("10.0.0.7",)),
        ("postgresql://ocote@[2001:db8::7]:5432/ocote", ("2001:db8::7",)),
        ("postgresql://localhost,db.example.com:5433/ocote", ("db.example.com",)),
        ("postgresql:///ocote?host=db.example.com", ("db.example.com",)),
        ("postgresql:///ocote?host=/var/run/postgresql", ()),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/ocote", ()),
        ("postgresql://ocote@127.0.0.2:5432/ocote", ()),
        ("postgresql://ocote@[::1]/ocote", ()),
        ("postgresql:///ocote", ()),
        ("sqlite:///data/ocote.sqlite3", ()),
    ],
)
def test_a_database_elsewhere_is_not_verified_unless_the_url_says_so(url: str, hosts: tuple[str, ...]) -> None:
    assert unverified_hosts(locate(url), {}) == hosts


def test_the_environment_counts_where_the_url_says_nothing() -> None:
    assert unverified_hosts(locate(ELSEWHERE), {"PGSSLMODE": "verify-full"}) == ()
    assert unverified_hosts(locate("postgresql:///ocote"), {"PGHOST": "db.example.com"}) == ("db.example.com",)
