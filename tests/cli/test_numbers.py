"""``ocote number`` and ``next_number`` in the company file: which numbers come next, and who said so."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ocote.audit import LOGGER
from ocote.clock import local_date, system_clock
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.cli.conftest import NIT
from tests.commands import Run

YEAR = local_date(system_clock()).year

_CHANGES = sql("""
    SELECT doc_type, branch_code, pos_code, year, next_before, next, changed_by FROM number_change
    ORDER BY changed_at, doc_type""")
_MOVE = sql("UPDATE correlative SET last = :last, year = :year")
_REFUSE_ONE = sql("UPDATE correlative SET taken = 1, taken_at = '2026-08-14T18:05:00.000000Z'")
_REFUSE = sql("UPDATE correlative SET taken = 3, taken_at = '2026-08-14T18:05:00.000000Z' WHERE doc_type = '01'")


@pytest.fixture(autouse=True)
def _person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "operadora")


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The acts that commands record."""
    with caplog.at_level(logging.INFO, LOGGER):
        yield caplog


@pytest.fixture
def company(run: Run, configured: str, company_file: Path) -> None:
    """A registered company."""
    assert run("company", "add", str(company_file)).status == 0


def continued(company_file: Path, numbers: str) -> Path:
    """The company file with ``next_number`` at its only point of sale."""
    company_file.write_text(f"{company_file.read_text(encoding='utf-8')}next_number = {numbers}\n", encoding="utf-8")
    return company_file


def _every_change() -> Transaction[list[tuple[object, ...]]]:
    rows = yield _CHANGES()
    return [tuple(dict(row).values()) for row in rows]


def _of_the_year_before() -> Transaction[None]:
    yield _MOVE(last=1500, year=YEAR - 1)


def _refused_once() -> Transaction[None]:
    yield _REFUSE_ONE()


def _refused() -> Transaction[None]:
    yield _REFUSE()


def changes(url: str) -> list[tuple[object, ...]]:
    async def read() -> list[tuple[object, ...]]:
        async with open_store(url) as store:
            return await store.read(_every_change)

    return asyncio.run(read())


def in_store(url: str, work: Callable[[], Transaction[None]]) -> None:
    async def write() -> None:
        async with open_store(url) as store:
            await store.write(work)

    asyncio.run(write())


def set_number(run: Run, *more: str, company: str = NIT, pos: str = "M001P001", doc_type: str = "01") -> str:
    """Sets a number in vain; returns the only line that is said."""
    ended = run("number", "set", "--company", company, "--pos", pos, "--type", doc_type, *more)
    assert ended.status in {1, 2}
    assert ended.out == ""
    return ended.err.splitlines()[0]


@pytest.mark.usefixtures("company")
def test_a_number_that_is_set_is_told_recorded_and_listed(
    run: Run, configured: str, said: pytest.LogCaptureFixture
) -> None:
    ended = run("number", "set", "--company", "0614-999999-001-2", "--pos", "M001P001", "--type", "03", "--next", "311")
    assert ended.status == 0
    assert ended.out == (
        f"M001P001, tipo 03 (Comprobante de crédito fiscal), {YEAR}: el próximo número era 1 y ahora es 311. "
        "El próximo documento llevará DTE-03-M001P001-000000000000311.\n"
    )
    assert changes(configured) == [("03", "M001", "P001", YEAR, 1, 311, "operadora")]
    act = said.records[-1]
    assert act.getMessage() == "number_set"
    facts = {"doc_type": "03", "point": "M001P001", "next_before": 1, "next": 311, "by": "operadora", "nit": NIT}
    assert facts.items() <= vars(act).items()
    listed = run("number", "list", "--company", NIT)
    assert re.search(rf"M001P001 │ 03 +│ 310 .*\n│ +│ {YEAR} ", listed.out)


@pytest.mark.usefixtures("company")
def test_a_company_without_counters_is_told_how_numbers_begin(run: Run) -> None:
    listed = run("number", "list", "--company", NIT)
    assert listed.status == 0
    assert listed.out == (
        "La empresa no tiene números todavía: cada serie empieza en 1 con su primer documento, o donde diga "
        "«ocote number set».\n"
    )
    assert run("number", "list", "--company", "06140101260018").status == 1


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize("number", ["0", "-5", "1000000000000000", "1,094", "mil", "", "²", "1_094", "1.0"])
def test_what_is_no_number_of_a_document_is_refused(run: Run, configured: str, number: str) -> None:
    said = set_number(run, "--next", number)
    assert said == (f"Error: '--next': «{number}» no sirve; escriba un número de 1 a 999999999999999, solo cifras.")
    assert changes(configured) == []


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"pos": "M001P009"}, "La empresa no tiene el punto de venta M001P009. Los que tiene: M001P001."),
        ({"doc_type": "02"}, "«02» no es un tipo de documento con número de control de esta pasarela: use 01, 03, "),
        ({"doc_type": "contingency"}, "«contingency» no es un tipo de documento con número de control "),
        ({"company": "06140101260018"}, "No hay ninguna empresa con NIT 06140101260018."),
    ],
)
def test_a_series_that_does_not_exist_is_refused(
    run: Run, configured: str, wrong: dict[str, str], sentence: str
) -> None:
    assert sentence in set_number(run, "--next", "1094", **wrong)
    assert changes(configured) == []


@pytest.mark.usefixtures("company")
def test_numbers_of_other_years_than_this_and_the_last_are_refused(run: Run, configured: str) -> None:
    for year in (YEAR - 2, YEAR + 1):
        said = set_number(run, "--next", "7", "--year", str(year))
        assert said == f"Error: Solo se ponen números de {YEAR} y de {YEAR - 1}, no de {year}."
    last = run(
        "number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "7", "--year", str(YEAR - 1)
    )
    assert last.status == 0
    assert changes(configured) == [("01", "M001", "P001", YEAR - 1, 1, 7, "operadora")]


@pytest.mark.usefixtures("company")
def test_numbers_that_mh_refused_are_told_until_the_number_is_set(run: Run, configured: str) -> None:
    given = ("--company", NIT, "--pos", "M001P001", "--next", "2")
    run("number", "set", *given, "--type", "01")
    run("number", "set", *given, "--type", "11")
    in_store(configured, _refused)
    listed = run("number", "list", "--company", NIT).out
    assert (
        f"M001P001, tipo 01, {YEAR}: Hacienda rechazó 3 números porque ya los lleva otro documento. El último, el "
        "14/08/2026 a las 12:05."
    ) in listed
    assert f"ocote number set --company {NIT} --pos M001P001 --type 01 --year {YEAR} --next N" in listed
    assert listed.count("rechazó") == 1
    run("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "900")
    assert "rechazó" not in run("number", "list", "--company", NIT).out


@pytest.mark.usefixtures("company")
def test_one_number_that_mh_refused_is_told_in_the_singular(run: Run, configured: str) -> None:
    run("number", "set", "--company", NIT, "--pos", "M001P001", "--next", "2", "--type", "01")
    in_store(configured, _refused_once)
    listed = run("number", "list", "--company", NIT).out
    assert "Hacienda rechazó un número porque ya lo lleva otro documento." in listed


def test_the_first_numbers_of_the_company_file_are_set_once(
    run: Run, configured: str, company_file: Path, said: pytest.LogCaptureFixture
) -> None:
    continued(company_file, '{ "01" = 1094, "03" = 311 }')
    added = run("company", "add", str(company_file))
    assert added.status == 0
    assert "next_number" not in added.out
    first = [("01", "M001", "P001", YEAR, 1, 1094, "operadora"), ("03", "M001", "P001", YEAR, 1, 311, "operadora")]
    assert changes(configured) == first
    assert [act.getMessage() for act in said.records] == ["company_saved", "number_set", "number_set"]
    assert run("company", "add", str(company_file)).out == added.out
    assert changes(configured) == first


def test_a_counter_that_exists_stays_and_the_difference_is_told_with_its_remedy(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    run("number", "set", "--company", NIT, "--pos", "M001P001", "--type", "01", "--next", "500")
    added = run("company", "add", str(continued(company_file, '{ "01" = 1094 }')))
    assert added.status == 0
    command = f"ocote number set --company {NIT} --pos M001P001 --type 01 --next 1094"
    assert (
        "M001P001, tipo 01: el próximo número es 500 y no 1094, que solo vale para una serie nueva. "
        f"Para cambiarlo: {command}\n"
    ) in added.out
    assert len(changes(configured)) == 1
    assert run(*command.split()[1:]).status == 0
    assert "Para cambiarlo" not in run("company", "add", str(company_file)).out


def test_a_company_that_is_renewed_in_the_new_year_begins_with_one(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(continued(company_file, '{ "01" = 1094 }')))
    in_store(configured, _of_the_year_before)
    renewed = run("company", "add", str(company_file))
    assert f"M001P001, tipo 01: en {YEAR} empieza en 1 y no 1094, que solo vale para una serie nueva." in renewed.out
    assert len(changes(configured)) == 1


def test_a_file_with_wrong_first_numbers_names_them_all_and_changes_nothing(
    run: Run, configured: str, company_file: Path
) -> None:
    continued(company_file, '{ "01" = 0, "03" = "311", "11" = 1000000000000000, "06" = 5 }')
    ended = run("company", "add", str(company_file))
    assert ended.status == 1
    where = "branch[1].pos[1].next_number"
    for code in ("01", "03", "11"):
        assert (
            f'  {where}.{code}: debe ser el próximo número, de 1 a 999999999999999, sin comillas: "{code}" = 1094.\n'
        ) in ended.err
    assert f"  {where}.06: no existe esta clave; los tipos de documento son 01, 03, 05, 11, 14.\n" in ended.err
    assert "No hay empresas" in run("company", "list").out
