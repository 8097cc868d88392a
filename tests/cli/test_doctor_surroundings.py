"""``ocote doctor`` looks at what stands around the gateway: Redis, certificates, mail servers, files, editions."""

import asyncio
import pwd
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from types import SimpleNamespace

import pytest
import trustme
from aiosmtpd.smtp import SMTP

from ocote.cli.doctor import diagnose
from ocote.cli.doctor.mail_server import mail_servers
from ocote.cli.doctor.private_files import private_files
from ocote.cli.doctor.rate_limit import rate_limit
from ocote.cli.doctor.tls_certificates import served_certificate
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import add_company
from ocote.health.finding import Finding
from ocote.health.tls_file import certificate_file
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.settings import Settings
from ocote.store import outbox
from ocote.store.companies import all_companies
from ocote.store.engine.opening import open_store
from ocote.store.numbers import Series, next_number
from ocote.store.outbox import Attempted, Listeners
from ocote.store.webhooks import all_webhooks
from ocote.vault import Vault, new_secret
from tests.builders.company import BY
from tests.builders.redis_twin import open_redis
from tests.cli.conftest import NIT
from tests.commands import Run
from tests.databases import Databases
from tests.store.rows import add_document

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
SECRET = new_secret()
COMPANY = "Comercial El Ejemplo, S.A. de C.V. (pruebas)"


@pytest.fixture
def settings(all_databases: Databases, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=all_databases.sqlite(), secret_key=SECRET)


async def registered(company_file: Path, url: str, more: str = "") -> None:
    with company_file.open("a", encoding="utf-8") as file:
        file.write(more)
    async with open_store(url) as store:
        await add_company(store, Vault.from_secret(SECRET), read_company_file(company_file), lambda: NOW, BY)


async def findings(settings: Settings, now: datetime = NOW) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await diagnose(settings, lambda: now, offline=True)}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def certificate_until(authority: trustme.CA, folder: Path, end: datetime) -> Iterator[tuple[Path, ssl.SSLContext]]:
    """A certificate for localhost that is valid until a moment, and the TLS of a server that shows it."""
    made = authority.issue_cert("localhost", not_before=end - timedelta(days=90), not_after=end)
    path = folder / "server.pem"
    made.cert_chain_pems[0].write_to_path(path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.configure_cert(context)
    yield path, context


ENDS = pytest.mark.parametrize(
    ("left", "level", "seen"),
    [
        (timedelta(days=60), "well", "vale hasta el 19/01/2027"),
        (timedelta(days=20), "failed", "vence pronto, el 10/12/2026"),
        (timedelta(hours=-1), "failed", "venció el 20/11/2026: ningún cliente se conecta"),
    ],
)


async def test_a_redis_that_counts_is_well_and_one_that_does_not_has_failed(settings: Settings) -> None:
    async with open_redis() as url:
        [there] = await rate_limit(replace(settings, rate_limit_url=url))
    [gone] = await rate_limit(replace(settings, rate_limit_url=f"{url}/0"))
    assert there.level == "well"
    assert (gone.level, gone.seen) == (
        "failed",
        "el Redis de OCOTE_RATE_LIMIT_URL no cuenta: nada atiende en ese puerto",
    )
    assert "sin límite" in gone.remedy


async def test_a_process_that_counts_by_itself_needs_no_redis(settings: Settings) -> None:
    assert await rate_limit(settings) == []


async def test_a_redis_url_that_no_gateway_starts_with_is_told_without_its_password(settings: Settings) -> None:
    [found] = await rate_limit(replace(settings, rate_limit_url="redis://:contrasena@localhost:puerto/0"))
    assert found.level == "failed"
    assert "contrasena" not in found.seen + found.remedy


@ENDS
def test_the_certificate_of_the_gateway_is_told_before_it_ends(
    authority: trustme.CA, tmp_path: Path, left: timedelta, level: str, seen: str
) -> None:
    with certificate_until(authority, tmp_path, NOW + left) as (path, _):
        found = certificate_file(path, NOW)
    assert (found.level, found.seen) == (level, seen)


def test_the_command_takes_the_certificate_that_serve_takes(run: Run, configured: str, tmp_path: Path) -> None:
    (tmp_path / "server.pem").write_text("no certificate", encoding="utf-8")
    ended = run("doctor", "--offline", "--tls-cert", "server.pem")
    assert configured
    assert ended.status == 1
    assert "Certificado TLS de server.pem" in ended.out
    assert "no es un certificado en PEM" in ended.out
    assert "no existe" in run("doctor", "--offline", "--tls-cert", "otro.pem").out


@ENDS
async def test_the_certificate_that_clients_see_is_looked_at_from_outside(
    settings: Settings, authority: trustme.CA, tmp_path: Path, left: timedelta, level: str, seen: str
) -> None:
    with certificate_until(authority, tmp_path, NOW + left) as (_, context):
        server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
        async with server:
            url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
            [found] = await served_certificate(replace(settings, base_url=url), NOW)
    assert (found.subject, found.level, found.seen) == (f"Certificado TLS de {url}", level, seen)


async def test_an_address_that_this_machine_does_not_reach_is_only_a_warning(settings: Settings) -> None:
    [found] = await served_certificate(replace(settings, base_url="https://127.0.0.1:9"), NOW)
    assert (found.level, found.seen) == ("warning", "desde esta máquina no se pudo ver: nada atiende en ese puerto")
    assert await served_certificate(settings, NOW) == []
    assert await served_certificate(replace(settings, base_url="http://127.0.0.1:9"), NOW) == []


async def test_a_mail_server_whose_certificate_ends_soon_is_a_warning(
    settings: Settings, company_file: Path, authority: trustme.CA, tmp_path: Path
) -> None:
    loop = asyncio.get_running_loop()
    now = datetime.now(UTC)  # TLS itself goes by the real time
    with certificate_until(authority, tmp_path, now + timedelta(days=20)) as (_, shown):
        server = await loop.create_server(
            lambda: SMTP(object(), hostname="localhost", loop=loop, tls_context=shown), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        await registered(
            company_file,
            settings.database_url,
            f'[smtp]\nhost = "localhost"\nport = {port}\nsecurity = "starttls"\nsender = "facturas@example.com"\n',
        )
        async with open_store(settings.database_url) as store:
            companies = await store.read(all_companies)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        [soon] = await mail_servers(settings, companies, now, trusting)
        [later] = await mail_servers(settings, companies, now - timedelta(days=5), trusting)
        server.close()
    assert soon.level == "warning"
    assert "su certificado TLS vence pronto" in soon.seen
    assert later.level == "well"


def test_company_files_beside_the_settings_and_their_certificates_are_private_too(
    settings: Settings, company_file: Path, tmp_path: Path
) -> None:
    for path in tmp_path.glob("*"):
        path.chmod(S_IMODE(path.stat().st_mode) & 0o700)
    certificate = next(tmp_path.glob("*.crt"))
    assert private_files(settings, tmp_path / ".env").level == "well"

    certificate.chmod(0o644)
    by_certificate = private_files(settings, tmp_path / ".env")
    company_file.chmod(0o644)
    both = private_files(settings, tmp_path / ".env")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "otro"\n', encoding="utf-8")

    assert (by_certificate.level, str(certificate) in by_certificate.seen) == ("failed", True)
    assert str(company_file) not in by_certificate.seen
    assert str(company_file) in both.seen
    assert f"chmod o-rwx {company_file} {certificate}" in both.remedy
    assert "pyproject" not in private_files(settings, tmp_path / ".env").seen


@pytest.mark.parametrize("rights", [0o640, 0o660])
def test_the_people_of_a_group_that_read_a_company_file_are_named(
    settings: Settings, company_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int
) -> None:
    for path in tmp_path.glob("*"):
        path.chmod(S_IMODE(path.stat().st_mode) & 0o700)
    company_file.chmod(rights)
    assert private_files(settings, tmp_path / ".env").level == "well", "nobody else is in the group"
    owner = company_file.stat()
    users = [("ana", 54_321, owner.st_gid), ("luis", 54_322, owner.st_gid + 1), ("yo", owner.st_uid, owner.st_gid)]
    listed = [SimpleNamespace(pw_name=name, pw_uid=uid, pw_gid=gid) for name, uid, gid in users]
    monkeypatch.setattr(pwd, "getpwall", lambda: listed)

    found = private_files(settings, tmp_path / ".env")

    assert found.level == "warning"
    assert found.seen == f"pueden leer o cambiar, por el grupo de los archivos: ana ({company_file})"
    assert found.remedy == f"Si no deben, ejecute: chmod g-rwx {company_file}"


@pytest.mark.parametrize("gets_through", [False, True])
async def test_a_mail_server_through_which_nothing_gets_is_named(
    database_url: str, settings: Settings, company_file: Path, gets_through: bool
) -> None:
    settings = replace(settings, database_url=database_url)
    asked_at, tried_at = "2026-11-20T15:30:00.000000Z", "2026-11-20T16:55:00.000000Z"
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        document = await store.write(add_document, 1, state="stamped")
        for _ in range(3):
            await store.write(outbox.announce, 1, document, "document.stamped", asked_at, Listeners(mail=True))
        first, second, _ = await store.write(outbox.claim_due_in_lane, "email:1", asked_at, asked_at, 3)
        later = Attempted("queued", "2026-11-20T17:30:00.000000Z", 451, "4.3.0 Disk full")
        await store.write(outbox.record_attempt, first, later, tried_at)
        if gets_through:
            await store.write(outbox.record_attempt, second, Attempted("sent", None, 250, "ok"), tried_at)

    found = await findings(settings)

    subject = f"Servidor de correo de {COMPANY}, detenido"
    if gets_through:
        assert subject not in found
        return
    assert found[subject].level == "failed"
    assert found[subject].seen == (
        "nada pasa; 3 mensajes en espera desde el 20/11/2026 09:30; lo último: 451 4.3.0 Disk full"
    )
    assert "[smtp]" in found[subject].remedy


async def test_a_webhook_that_takes_nothing_is_named_with_the_way_to_remove_it(
    database_url: str, settings: Settings, company_file: Path
) -> None:
    settings = replace(settings, database_url=database_url)
    asked_at, tried_at = "2026-11-20T15:30:00.000000Z", "2026-11-20T16:55:00.000000Z"
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        wanted = WantedWebhook(NIT, "https://erp.example.com/ocote")
        await add_webhook(store, Vault.from_secret(SECRET), lambda: NOW, wanted, BY)
        [hook] = await store.read(all_webhooks)
        document = await store.write(add_document, 1, state="stamped")
        listeners = Listeners(webhooks=(hook.id,))
        await store.write(outbox.announce, 1, document, "document.stamped", asked_at, listeners)
        [row] = await store.write(outbox.claim_due_in_lane, f"webhook:{hook.id}", asked_at, asked_at, 3)
        later = Attempted("queued", "2026-11-20T17:30:00.000000Z", 500, "Internal Server Error")
        await store.write(outbox.record_attempt, row, later, tried_at)

    found = (await findings(settings))[f"Webhook {hook.id} de {COMPANY}, detenido"]

    assert found.level == "failed"
    assert "1 mensaje en espera" in found.seen
    assert f"ocote webhook remove {hook.id}" in found.remedy


@pytest.mark.parametrize(
    ("editions", "day", "seen"),
    [
        ("", datetime(2026, 10, 31, 17, tzinfo=UTC), None),
        ("", datetime(2026, 11, 20, 17, tzinfo=UTC), "desde el 2026-12-01 salen en v2.0: los tipos 01, 03, 05, 11, 14"),
        ("", datetime(2026, 12, 1, 17, tzinfo=UTC), None),
        ("[editions]\nfrom = 2026-01-01\n", datetime(2026, 11, 20, 17, tzinfo=UTC), None),
        (
            '[editions]\nfrom = 2026-01-01\n"05" = "v1"\n',
            datetime(2026, 11, 20, 17, tzinfo=UTC),
            "siguen en v1.x: el tipo 05",
        ),
        (
            "[editions]\nfrom = 2027-02-01\n",
            datetime(2026, 12, 20, 17, tzinfo=UTC),
            "siguen en v1.x: los tipos 01, 03, 05, 11, 14",
        ),
    ],
)
async def test_a_change_of_edition_that_is_near_is_told_with_the_way_to_move_it(
    settings: Settings, company_file: Path, editions: str, day: datetime, seen: str | None
) -> None:
    await registered(company_file, settings.database_url, editions)
    found = (await findings(settings, day)).get(f"Normativa de {COMPANY}")
    if seen is None:
        assert found is None
        return
    assert found is not None
    assert found.level == "warning"
    assert found.seen.startswith(seen)
    assert "from = AAAA-MM-DD" in found.remedy
    assert "no lo ha confirmado" in found.remedy


async def test_a_company_is_told_of_the_types_that_it_issues_alone(settings: Settings, company_file: Path) -> None:
    await registered(
        company_file, settings.database_url, '[editions]\n"01" = "v2"\ninvalidation = "v2"\ncontingency = "v2"\n'
    )
    subject = f"Normativa de {COMPANY}"
    async with open_store(settings.database_url) as store:
        everything = (await findings(settings))[subject]
        await store.write(next_number, 1, Series("01", "M001", "P001", 2026))
        issued_alone = (await findings(settings)).get(subject)
    assert everything.seen == "desde el 2026-12-01 salen en v2.0: los tipos 03, 05, 11, 14"
    assert issued_alone is None
