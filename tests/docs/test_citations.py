"""Every rule that the code cites can be read in the repository."""

from pathlib import Path

import pytest

from tools.citations import citations_in, main

ROOT = Path(__file__).resolve().parents[2]

# Written in two parts, so that the examples are no citations of this file.
RULES = "rules" + ".md"
CONTRACT = "con" + "tract"
D = "D"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with sections 4, 4.1 to 4.3 and 8.2 of one page, 6 and 6.3 of the contract, and decision D12."""
    for name, text in {
        f"docs/mh/{RULES}": "# Rules\n\n## 4. Contingency\n\n### 4.1 A\n\n### 4.2 B\n\n### 4.3 C\n\n### 8.2 D\n",
        "docs/contract.md": "# Contract\n\n## 6. Envelope\n\n### 6.3 Flags\n",
        "docs/api.md": "# API\n\n| no. | question |\n|---|---|\n| D12 | contingency |\n",
        "src/ocote/thing.py": "",
        "README.md": "# Read me\n",
    }.items():
        page = tmp_path / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
    return tmp_path


def refs(text: str) -> list[str | None]:
    return [citation.ref for citation in citations_in(Path("thing.py"), text)]


def test_every_citation_of_this_repository_leads_somewhere(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(ROOT)

    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    assert "citations" in said.out


@pytest.mark.parametrize(
    "text",
    [
        f"({RULES} 4, 8.2)",
        f"``{RULES}`` 4.1 to 4.3, {D}12",
        f"mh/{RULES} 4; {CONTRACT} 6.3 and {D}12",
        f"# a comment that goes on ({CONTRACT}\n    # 6.3)",
        f"the deadline ({D}12)",
        f"[the rules]({RULES})",
        "[elsewhere](https://example.org/OTHER.md)",
    ],
)
def test_what_exists_may_be_cited(repository: Path, text: str) -> None:
    (repository / "src/ocote/thing.py").write_text(text, encoding="utf-8")

    assert main(repository) == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"({RULES} 4, 9)", f"{RULES} 9: docs/mh/{RULES} has no 9"),
        (f"({RULES} 4.1 to 4.4)", f"{RULES} 4.4: docs/mh/{RULES} has no 4.4"),
        ("(other" + ".md 1)", "other" + ".md 1: no such page"),
        (f"{CONTRACT} 6.3, 7.1", f"{CONTRACT} 7.1: docs/contract.md has no 7.1"),
        (f"the deadline ({CONTRACT} 6, {D}13)", f"{CONTRACT} {D}13: docs/api.md has no {D}13"),
        (f"the deadline ({D}13)", f"{CONTRACT} {D}13: docs/api.md has no {D}13"),
    ],
)
def test_what_does_not_exist_is_named_with_its_place(
    repository: Path, capsys: pytest.CaptureFixture[str], text: str, fault: str
) -> None:
    (repository / "src/ocote/thing.py").write_text(f'"""Some rule.\n\n{text}\n"""\n', encoding="utf-8")

    assert main(repository) == 1
    assert capsys.readouterr().err.splitlines()[0] == f"src/ocote/thing.py:3: {fault}"


@pytest.mark.parametrize(
    "text",
    [
        '{"D1": Decimal("0.20"), "C8": Decimal("0.10")}',
        "1,D1,FOVIAL ($0.20 Ctvs. por galón)",
        f"the {CONTRACT}'s 25 seconds, and 1,095.00 of a {CONTRACT} for 200.00",
        "tributes `D1` and `C8` (`D4`, `D5`)",
    ],
)
def test_codes_of_mh_and_amounts_are_no_citations(text: str) -> None:
    assert refs(text) == []


def test_an_amount_after_a_citation_does_not_belong_to_it() -> None:
    assert refs(f"{RULES} 4, 200.00 net; {RULES} 9: from 25,000.00") == ["4", "9"]
