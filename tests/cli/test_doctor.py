import asyncio
import re
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ocote.cli.doctor import diagnose
from ocote.cli.doctor.installation import database_network
from ocote.cli.doctor.mail_server import mail_servers
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import add_company
from ocote.health.finding import Finding
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.printing.press import process
from ocote.settings import Settings
from ocote.store import outbox
from ocote.store.companies import all_companies
from ocote.store.copying.recording import BackupMade, record_backup
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.outbox import Attempted, Listeners
from ocote.tls import loopback_certificate
from ocote.vault import Vault, new_secret
from tests.builders.company import BY
from tests.builders.logo import damaged_png, good_png, png_header, store_logo
from tests.cli.conftest import NIT
from tests.commands import Run
from tests.databases import Databases
from tests.outbox.mail_server import open_mail_server
from tests.store.rows import add_document

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
SECRET = new_secret()
PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"

_CONTINGENCY = sql("""
    INSERT INTO contingency (id, company_id, kind, state, began_at, last_at, ended_at, due_at)
    VALUES ('c0ffee00-93d2-4b6a-8c11-2e7d90ab4c35', 1, 1, 'open', :began_at, :began_at, :ended_at, :ended_at)""")
_JOIN = sql("UPDATE document SET contingency_id = 'c0ffee00-93d2-4b6a-8c11-2e7d90ab4c35' WHERE id = :id")
_OUR_OWN_CAUSE = sql("UPDATE contingency SET kind = 2 WHERE company_id = 1")
_FILING = sql("UPDATE contingency SET state = 'filing' WHERE company_id = 1")
_LATE = sql("UPDATE contingency_event SET state = 'late' WHERE company_id = 1")
_EVENT = sql("""
    INSERT INTO contingency_event (id, contingency_id, company_id, edition, generation_code, state, documents, jws,
                                   signed_at)
    VALUES ('e', 'c0ffee00-93d2-4b6a-8c11-2e7d90ab4c35', 1, 'v1', 'E', 'rejected', 1, 'a.b.c', :signed_at)""")


def add_contingency() -> Transaction[None]:
    """An outage from 10:00 to 10:30 local time, with one document that waits."""
    yield _CONTINGENCY(began_at="2026-11-20T16:00:00.000000Z", ended_at="2026-11-20T16:30:00.000000Z")
    yield _JOIN(id=(yield from add_document(1, state="contingency")))


@asynccontextmanager
async def tax_authority(date: datetime | None = NOW, status: int = 404) -> AsyncIterator[str]:
    """A host that lets everybody in and otherwise answers 404, or as it is told, with the date it is given."""

    async def let_in(_request: web.Request) -> web.Response:
        return web.json_response({"status": "OK", "body": {"token": "Bearer a.b.c"}})

    async def answer(_request: web.Request) -> web.Response:
        headers = {"Date": format_datetime(date, usegmt=True)} if date else {"Date": "mañana"}
        return web.Response(status=status, headers=headers)

    app = web.Application()
    app.router.add_post("/seguridad/auth", let_in)
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/")).rstrip("/")


def lay_it_to_us() -> Transaction[None]:
    """The cause is the own system, as for a password that MH refuses."""
    yield _OUR_OWN_CAUSE()


def refuse_its_event() -> Transaction[None]:
    """MH refused what was reported of that outage."""
    yield _EVENT(signed_at="2026-11-20T16:40:00.000000Z")
    yield _FILING()


def begin_to_file() -> Transaction[None]:
    """MH answers again, and the event is due."""
    yield _FILING()


def call_it_late() -> Transaction[None]:
    """It did so because the report came too late."""
    yield _LATE()


async def registered(company_file: Path, url: str) -> None:
    async with open_store(url) as store:
        await add_company(store, Vault.from_secret(SECRET), read_company_file(company_file), lambda: NOW, BY)


async def findings(settings: Settings, now: datetime = NOW) -> dict[str, Finding]:
    return {finding.subject: finding for finding in await diagnose(settings, lambda: now)}


@pytest.fixture
def settings(all_databases: Databases, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=all_databases.sqlite(), secret_key=SECRET)


async def test_a_sound_installation_passes_every_check(settings: Settings, company_file: Path) -> None:
    with company_file.open("a", encoding="utf-8") as file:
        file.write("[editions]\nfrom = 2026-01-01\n")
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        at = "2026-11-20T16:00:00.000000Z"
        await store.write(record_backup, BackupMade(at, at, "copia.zip", 1, 1, 1))
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert {subject: finding.seen for subject, finding in found.items()} == {
        "Base de datos": "responde y está al día; una empresa",
        "Números": "siguen donde quedaron",
        "OCOTE_SECRET_KEY": "abre todos los secretos guardados",
        "Certificado de Comercial El Ejemplo, S.A. de C.V. (pruebas)": "vale hasta el 30/12/2030",
        "Correlativos": "Hacienda no ha rechazado ningún número por repetido",
        "Contingencias": "ninguna en curso",
        "Respaldo": "el último es del 20/11/2026 10:00",
        "Correos": "nada rechazado ni atascado",
        "Avisos a webhooks": "nada rechazado ni atascado",
        "PDF": "se componen en un proceso aparte",
        "Hacienda, pruebas": f"{url} responde",
        "Reloj": "0 s de diferencia con Hacienda",
        "Acceso a Hacienda de Comercial El Ejemplo, S.A. de C.V. (pruebas)": "Hacienda acepta el usuario y la "
        "contraseña",
    }
    assert all(finding.level == "well" for finding in found.values())
    described = re.findall(r"\*\*(.+?)\*\*", PAGE.read_text(encoding="utf-8").partition("## What")[2])
    assert [subject for subject in found if not subject.startswith(tuple(described))] == [], "each has its row"


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ((sys.executable, "-c", "raise SystemExit(1)"), "termina antes de tiempo"),
        (("/no/hay/tal/programa",), "no se puede iniciar el proceso que los compone: no existe"),
    ],
)
async def test_a_machine_that_sets_no_pdf_is_told_what_is_missing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], seen: str
) -> None:
    monkeypatch.setattr(process, "_COMMAND", command)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert found["PDF"].level == "failed"
    assert seen in found["PDF"].seen
    assert "typst" in found["PDF"].remedy


async def test_another_secret_does_not_open_what_is_stored(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=new_secret()))
    secret = found["OCOTE_SECRET_KEY"]
    assert secret.level == "failed"
    assert secret.seen.startswith("no abre: mh_password de Comercial El Ejemplo")
    assert secret.seen.count("OCOTE_SECRET_KEY no contiene") == 1, "the reason that several have is said once"
    assert "clave anterior" in secret.remedy


async def test_a_secret_that_could_be_guessed_is_named_with_what_to_do(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=f"{'a' * 32},{SECRET}"))
    secret = found["OCOTE_SECRET_KEY"]
    assert (secret.level, secret.seen) == ("failed", "es fácil de adivinar: repite muy pocos caracteres distintos")
    assert "ponga la nueva primero y la de ahora después de una coma" in secret.remedy


async def test_a_logo_that_is_not_printed_is_named(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store, tax_authority() as url:
        await store.write(store_logo, 1, png_header(40_000, 40_000))
        found = await findings(replace(settings, mh_test_url=url))
        await store.write(store_logo, 1, damaged_png())
        damaged = await findings(replace(settings, mh_test_url=url))
        await store.write(store_logo, 1, good_png())
        sound = await findings(replace(settings, mh_test_url=url))
    subject = "Logotipo de Comercial El Ejemplo, S.A. de C.V. (pruebas)"
    assert found[subject].level == "warning"
    assert "ocote company add" in found[subject].remedy
    assert "demasiados puntos" in found[subject].seen
    assert damaged[subject].level == "warning"
    assert "está dañado" in damaged[subject].seen
    assert subject not in sound


async def test_an_earlier_secret_after_a_comma_opens_it(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=f"{new_secret()},{SECRET}"))
    assert found["OCOTE_SECRET_KEY"].level == "well"
    assert found["OCOTE_SECRET_KEY"].seen.endswith("; 2 con una clave anterior")


async def test_the_secrets_of_webhooks_count_too(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    earlier, later, url = Vault.from_secret(SECRET), new_secret(), "https://erp.example.com/ocote"
    async with open_store(settings.database_url) as store:
        await add_webhook(store, earlier, lambda: NOW, WantedWebhook(NIT, url), BY)
        await add_company(store, Vault.from_secret(later), read_company_file(company_file), lambda: NOW, BY)

    async with tax_authority() as hacienda:
        here = replace(settings, mh_test_url=hacienda)
        both = (await findings(replace(here, secret_key=f"{later},{SECRET}")))["OCOTE_SECRET_KEY"]
        alone = (await findings(replace(here, secret_key=later)))["OCOTE_SECRET_KEY"]

    assert (both.level, both.seen) == ("well", "abre todos los secretos guardados; 1 con una clave anterior")
    assert alone.level == "failed"
    assert alone.seen.startswith("no abre: el secreto de wh_")
    assert "ocote webhook remove" in alone.remedy


@pytest.mark.parametrize(("secret", "seen"), [(None, "falta"), ("corta", "tiene 5 caracteres y necesita 32 o más")])
async def test_a_missing_or_short_secret_is_told(settings: Settings, secret: str | None, seen: str) -> None:
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=secret))
    assert found["OCOTE_SECRET_KEY"].level == "failed"
    assert seen in found["OCOTE_SECRET_KEY"].seen


async def test_without_companies_a_missing_secret_is_made(settings: Settings) -> None:
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=None))
    assert found["OCOTE_SECRET_KEY"].seen == "falta"
    assert found["OCOTE_SECRET_KEY"].remedy.startswith("Cree una con «ocote secret»")


@pytest.mark.parametrize("secret", [None, "corta"])
async def test_with_companies_the_old_secret_has_to_be_found(
    settings: Settings, company_file: Path, secret: str | None
) -> None:
    await registered(company_file, settings.database_url)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url, secret_key=secret))
    assert found["OCOTE_SECRET_KEY"].remedy.startswith("Busque la clave de siempre")
    assert "ocote secret" not in found["OCOTE_SECRET_KEY"].remedy


@pytest.mark.parametrize(
    ("now", "seen"),
    [
        (datetime(2030, 12, 10, tzinfo=UTC), "vence pronto, el 30/12/2030"),
        (datetime(2031, 1, 1, tzinfo=UTC), "venció el 30/12/2030"),
    ],
)
async def test_a_certificate_at_its_end_is_told(
    settings: Settings, company_file: Path, now: datetime, seen: str
) -> None:
    await registered(company_file, settings.database_url)
    async with tax_authority(now) as url:
        found = await findings(replace(settings, mh_test_url=url), now)
    certificate = found["Certificado de Comercial El Ejemplo, S.A. de C.V. (pruebas)"]
    assert (certificate.level, certificate.seen) == ("failed", seen)
    assert "ocote company add" in certificate.remedy


async def test_a_clock_that_is_wrong_is_told(settings: Settings) -> None:
    async with tax_authority(datetime(2026, 11, 20, 17, 1, 30, tzinfo=UTC)) as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert (found["Reloj"].level, found["Reloj"].seen) == ("failed", "90 s de diferencia con Hacienda")


async def test_a_date_that_cannot_be_read_says_nothing_about_the_clock(settings: Settings) -> None:
    async with tax_authority(None) as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert "Reloj" not in found


async def test_an_unreachable_tax_authority_is_told_with_its_variable(settings: Settings) -> None:
    async with tax_authority() as url:
        pass
    found = await findings(replace(settings, mh_test_url=url))
    host = found["Hacienda, pruebas"]
    assert (host.level, host.seen) == ("failed", f"{url} no responde: nada atiende en ese puerto")
    assert "OCOTE_MH_TEST_URL" in host.remedy
    assert "contingencia" in host.remedy


async def test_an_error_of_the_tax_authority_is_no_answer(settings: Settings) -> None:
    async with tax_authority(status=503) as url:
        found = await findings(replace(settings, mh_test_url=url))
    host = found["Hacienda, pruebas"]
    assert (host.level, host.seen) == ("failed", f"{url} responde con un error suyo, HTTP 503")


@pytest.mark.parametrize(
    ("now", "level", "seen"),
    [
        (datetime(2026, 11, 20, 17, 0, tzinfo=UTC), "warning", "evento hasta 21/11/2026 10:30 (faltan 23 h)"),
        (datetime(2026, 11, 21, 15, 45, tzinfo=UTC), "failed", "evento hasta 21/11/2026 10:30 (faltan 45 min)"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "failed", "evento hasta 21/11/2026 10:30 (vencido)"),
    ],
)
async def test_a_contingency_is_told_with_its_deadline(
    settings: Settings, company_file: Path, now: datetime, level: str, seen: str
) -> None:
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        await store.write(add_contingency)
    async with tax_authority(now) as url:
        found = await findings(replace(settings, mh_test_url=url), now)
    told = found["Contingencia c0ffee00 de Comercial El Ejemplo, S.A. de C.V. (pruebas)"]
    assert (told.level, told.seen) == (level, f"abierta; 1 documento en espera; {seen}")
    assert "ocote contingency show c0ffee00" in told.remedy


async def test_a_contingency_of_our_own_cause_has_failed_until_the_cause_is_over(
    settings: Settings, company_file: Path
) -> None:
    subject = "Contingencia c0ffee00 de Comercial El Ejemplo, S.A. de C.V. (pruebas)"
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store, tax_authority() as url:
        await store.write(add_contingency)
        await store.write(lay_it_to_us)
        lasting = (await findings(replace(settings, mh_test_url=url)))[subject]
        await store.write(begin_to_file)
        over = (await findings(replace(settings, mh_test_url=url)))[subject]
    assert (lasting.level, lasting.seen.partition(";")[0]) == ("failed", "sistema propio no disponible")
    assert "corrija [mh]" in lasting.remedy
    assert lasting.remedy.endswith("ocote contingency show c0ffee00")
    assert over.level == "warning"


async def test_a_contingency_whose_event_was_refused_needs_a_person(settings: Settings, company_file: Path) -> None:
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        await store.write(add_contingency)
        await store.write(refuse_its_event)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url))
    told = found["Contingencia c0ffee00 de Comercial El Ejemplo, S.A. de C.V. (pruebas)"]
    assert (told.level, told.seen.partition(";")[0]) == ("failed", "Hacienda rechazó el evento")
    assert told.remedy.endswith("ocote contingency retry c0ffee00")


async def test_a_contingency_whose_event_was_late_needs_a_person_and_an_extension(
    settings: Settings, company_file: Path
) -> None:
    now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        await store.write(add_contingency)
        await store.write(refuse_its_event)
        await store.write(call_it_late)
    async with tax_authority(now) as url:
        found = await findings(replace(settings, mh_test_url=url), now)
    told = found["Contingencia c0ffee00 de Comercial El Ejemplo, S.A. de C.V. (pruebas)"]
    assert told.level == "failed"
    assert told.seen.startswith("Hacienda rechazó el evento por estar fuera de plazo; 1 documento en espera")
    assert "DGII" in told.remedy
    assert "ocote contingency retry c0ffee00" in told.remedy


@pytest.mark.parametrize(
    ("answer", "level", "seen"),
    [
        (Attempted("refused", None, 550, "no such user"), "warning", "rechazados en los últimos 3 días: 1"),
        (Attempted("expired", None, None, "timed out"), "warning", "abandonados en los últimos 3 días: 1"),
        (
            Attempted("queued", "2026-11-20T17:30:00.000000Z", None, "timed out"),
            "warning",
            "intentados en vano desde hace más de una hora: 1",
        ),
        (
            Attempted("queued", "2026-11-20T16:40:00.000000Z", None, "timed out"),
            "failed",
            "sin que nadie los envíe desde hace más de 10 minutos: 1",
        ),
        (Attempted("sent", None, 250, "ok"), "well", "nada rechazado ni atascado"),
    ],
)
async def test_mails_that_do_not_get_through_are_counted(
    settings: Settings, company_file: Path, answer: Attempted, level: str, seen: str
) -> None:
    asked_at = "2026-11-20T15:30:00.000000Z"
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        document = await store.write(add_document, 1, state="stamped")
        await store.write(outbox.announce, 1, document, "document.stamped", asked_at, Listeners(mail=True))
        [row] = await store.write(outbox.claim_due_in_lane, "email:1", asked_at, asked_at, 10)
        await store.write(outbox.record_attempt, row, answer, asked_at)
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert (found["Correos"].level, found["Correos"].seen) == (level, seen)
    assert found["Avisos a webhooks"].level == "well"


async def test_mails_behind_one_that_is_tried_in_vain_are_not_left_alone(
    settings: Settings, company_file: Path
) -> None:
    asked_at, tried_at = "2026-11-20T15:30:00.000000Z", "2026-11-20T16:55:00.000000Z"
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        document = await store.write(add_document, 1, state="stamped")
        for _ in range(2):
            await store.write(outbox.announce, 1, document, "document.stamped", asked_at, Listeners(mail=True))
        [row] = await store.write(outbox.claim_due_in_lane, "email:1", asked_at, asked_at, 1)
        await store.write(
            outbox.record_attempt, row, Attempted("queued", "2026-11-20T17:30:00.000000Z", 451, "later"), tried_at
        )
    async with tax_authority() as url:
        found = await findings(replace(settings, mh_test_url=url))
    assert (found["Correos"].level, found["Correos"].seen) == (
        "warning",
        "intentados en vano desde hace más de una hora: 1",
    )


async def test_a_mail_server_is_greeted_and_gets_no_mail(settings: Settings, company_file: Path) -> None:
    with open_mail_server() as mail_server:
        with company_file.open("a", encoding="utf-8") as file:
            file.write(mail_server.company)
        await registered(company_file, settings.database_url)
        async with tax_authority() as url:
            there = await findings(replace(settings, mh_test_url=url))
    async with tax_authority() as url:
        gone = await findings(replace(settings, mh_test_url=url))
    subject = "Correo de Comercial El Ejemplo, S.A. de C.V. (pruebas)"
    assert (there[subject].level, there[subject].seen) == ("well", f"127.0.0.1:{mail_server.port} atiende")
    assert gone[subject].level == "failed"
    assert gone[subject].seen == f"no se pudo hablar con 127.0.0.1:{mail_server.port}: nada atiende en ese puerto"
    assert mail_server.clients == ["example.com"], "as when it sends"
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("password", "seen"),
    [("buena", "acepta el usuario"), ("otra", "no acepta el usuario y la contraseña: 535 5.7.8 Authentication")],
)
async def test_a_login_is_tried_over_tls(
    settings: Settings, company_file: Path, tmp_path: Path, password: str, seen: str
) -> None:
    certificate = loopback_certificate(tmp_path, datetime.now(UTC))
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate.certificate, certificate.key)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(object(), hostname="localhost", loop=loop, tls_context=shown, authenticator=knows_us),
        "127.0.0.1",
        0,
    )
    port = server.sockets[0].getsockname()[1]
    with company_file.open("a", encoding="utf-8") as file:
        file.write(
            f'[smtp]\nhost = "localhost"\nport = {port}\nsecurity = "starttls"\nsender = "facturas@example.com"\n'
            f'user = "caja"\npassword = "{password}"\n'
        )
    await registered(company_file, settings.database_url)
    async with open_store(settings.database_url) as store:
        companies = await store.read(all_companies)
    trusting = ssl.create_default_context(cafile=str(certificate.authority))
    [trusted] = await mail_servers(settings, companies, NOW, trusting)
    [unknown] = await mail_servers(settings, companies, NOW)
    server.close()
    assert trusted.seen.startswith(f"localhost:{port} {seen}")
    assert unknown.seen == f"no se pudo hablar con localhost:{port}: su certificado TLS no es de confianza"


def knows_us(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
) -> AuthResult:
    return AuthResult(success=given.password == b"buena", handled=False)


async def test_a_database_that_does_not_exist_is_named_and_not_made(settings: Settings, tmp_path: Path) -> None:
    async with tax_authority() as url:
        found = await findings(
            replace(settings, mh_test_url=url, database_url=f"sqlite:///{tmp_path / 'nueva.sqlite3'}")
        )
    assert found["Base de datos"].seen == f"no existe el archivo {tmp_path / 'nueva.sqlite3'}"
    assert "si la instalación es nueva, ejecute «ocote migrate»" in found["Base de datos"].remedy
    assert not (tmp_path / "nueva.sqlite3").exists()


def test_the_command_shows_the_remedies_and_ends_with_status_one(
    run: Run, configured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_MH_TEST_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OCOTE_DATABSE_URL", "sqlite:///x")
    ended = run("doctor")
    assert ended.status == 1
    assert "estas variables no significan nada: OCOTE_DATABSE_URL" in ended.out
    assert ended.out.count("✗") == 2
    assert ended.out.count("→") == 3, "two failures, and no journal"
    assert "http://127.0.0.1:9 no responde: nada atiende en ese puerto" in ended.out


def test_the_command_tells_a_setting_it_cannot_understand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCOTE_MH_TIMEOUT", "pronto")
    ended = run("doctor")
    assert ended.status == 1
    assert "OCOTE_MH_TIMEOUT" in ended.out


def test_a_database_elsewhere_without_a_verified_certificate_is_a_warning(tmp_path: Path) -> None:
    elsewhere = "postgresql://ocote:secreta@db.example.com/ocote"

    [found] = database_network(Settings(tmp_path, elsewhere), {})

    assert (found.level, found.subject) == ("warning", "Conexión a la base de datos")
    assert "db.example.com" in found.seen
    assert "secreta" not in found.seen
    assert "sslmode=verify-full" in found.remedy
    assert database_network(Settings(tmp_path, f"{elsewhere}?sslmode=verify-full&sslrootcert=/a.pem"), {}) == []
    assert database_network(Settings(tmp_path, "sqlite:///ocote.sqlite3"), {}) == []
