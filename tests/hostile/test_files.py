"""Files that cost far more than they weigh: logos, certificates and company files."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from ocote.store.engine.opening import open_store
from ocote.vault import new_secret
from tests.builders.company import write_company
from tests.builders.logo import png_bomb, store_logo
from tests.databases import Databases
from tests.hostile.besieged import Besieged
from tests.processes import start

_ATTACKERS_COMPANY = 1
_PDFS = 4
_USUAL_MIB = 400
"""More than a gateway takes that prints for two companies, and a quarter of what one picture took before."""
_COMMAND_LIMITS = {"RLIMIT_AS": 1024 * 1024 * 1024, "RLIMIT_CPU": 60}
"""Bytes and seconds of processor of a command: the files below took twice as much of one or of the other."""
_PATIENCE_S = 120.0


async def _put_logo(database_url: str, logo: bytes) -> None:
    async with open_store(database_url) as store:
        await store.write(store_logo, _ATTACKERS_COMPANY, logo)


def test_a_logo_of_an_earlier_version_costs_nobody_anything(shared_gateway: Besieged) -> None:
    attacker, neighbour = shared_gateway.attacker, shared_gateway.neighbour
    attacker.sell("caja-1")
    asyncio.run(_put_logo(shared_gateway.database_url, png_bomb(40_000)))

    for number in range(_PDFS):
        attacker.print_ticket("caja-1")
        assert attacker.request("GET", "/file/caja-1?type=invoice").content.startswith(b"%PDF-")
        neighbour.sell(f"vecina-{number}")
        neighbour.print_ticket(f"vecina-{number}")

    assert shared_gateway.highest_memory_mib() < _USUAL_MIB
    assert shared_gateway.memory_mib() < 2 * _USUAL_MIB
    assert "logo_not_printed" in shared_gateway.child.written()
    assert shared_gateway.is_alive()


def _with_logo(path: Path) -> None:
    (path.parent / "logo.png").write_bytes(png_bomb(40_000))
    path.write_text(path.read_text(encoding="utf-8") + '\n[brand]\nlogo = "logo.png"\n', encoding="utf-8")


def _with_nested_certificate(path: Path) -> None:
    [certificate] = path.parent.glob("*.crt")
    inside = b"<a>" * 36_000 + b"</a>" * 36_000
    certificate.write_bytes(b"<CertificadoMH>" + inside + b"</CertificadoMH>")


def _with_dotted_key(path: Path) -> None:
    path.write_text("a." * 120_000 + "a = 1\n", encoding="utf-8")


def _with_nested_lists(path: Path) -> None:
    path.write_text("a = " + "[\n" * 100_000, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_with_logo, "brand.logo: logo.png mide 40000 × 40000 puntos: son demasiados"),
        (_with_nested_certificate, "más elementos, o más anidados, que un certificado de Hacienda"),
        (_with_dotted_key, "la línea 1 tiene 240005 caracteres y puede tener 500"),
        (_with_nested_lists, "tiene listas o tablas anidadas sin fin"),
    ],
)
def test_a_file_that_cannot_belong_to_a_company_ends_the_command_with_its_reason(
    all_databases: Databases, tmp_path: Path, spoil: Callable[[Path], None], told: str
) -> None:
    path = write_company(tmp_path)
    spoil(path)
    environ = {"OCOTE_DATABASE_URL": all_databases.sqlite(), "OCOTE_SECRET_KEY": new_secret()}

    with start("company-add", ["company", "add", str(path)], tmp_path, environ, _COMMAND_LIMITS) as command:
        assert command.wait(_PATIENCE_S) == 1
        written = command.written()

    assert told in written
    assert "Traceback" not in written
