"""Checks that every rule that the repository cites is in the repository: ``python -m tools.citations``.

A citation is the name of a page, with or without the numbers of its sections (``page.md 4, 8.2``, ``page.md 4.2 to
4.4``), or a section of the public contract with its number, or one of the decisions D1 to D33 after such a citation or
alone in parentheses. The check searches pages beside the citing file, at the root, in ``docs/mh`` and in ``docs``. A
section exists as a heading that begins with its number, a decision as a row of the table in ``docs/api.md``.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PLACES = ("src", "tests", "bench", "docs", "README.md", "CHANGELOG.md")
KINDS = frozenset({".py", ".md", ".sql", ".typ", ".html", ".mako"})
CONTRACT = "docs/contract.md"
DECISIONS = "docs/api.md"

# A citation may continue in the next line of a comment.
_GAP = r"[\s#]+"
_REF = r"(?:D[1-9]\d?|\d{1,2}(?:\.\d{1,2})*)(?![\w%]|\.\d|,\d{3})"
_HEAD = r"(?:(?<![\w/:.-])(?P<page>(?:\.\.?/)*(?:[\w-]+/)*[\w-]+\.md)\b`*|(?<![\w.])(?i:contract)\b)"
_CITATION = re.compile(
    rf"{_HEAD}(?:{_GAP}(?P<refs>{_REF}(?:(?:[,;]{_GAP}(?:and{_GAP})?|{_GAP}(?:and|to){_GAP}){_REF})*))?"
)
_JOINED_REF = re.compile(rf"(?P<to>\bto{_GAP})?(?P<ref>{_REF})")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_DECISION_ALONE = re.compile(rf"(?:^|(?<=[,;])|(?<=\band))(?:{_GAP})?(D[1-9]\d?)(?=$|[,;:]|{_GAP}and\b)")
_HEADING = re.compile(r"^#{2,6} (\d+(?:\.\d+)*)\.? ", re.MULTILINE)
_DECISION_ROW = re.compile(r"^\| (D\d+) \|", re.MULTILINE)


class Citation(NamedTuple):
    """A citation with its place: the page (None for the contract) and one section of the page (None for all)."""

    path: Path
    line: int
    page: str | None
    ref: str | None

    def __str__(self) -> str:
        """The citation as ``file:line: page section``."""
        cited = " ".join(part for part in (self.page or "contract", self.ref) if part)
        return f"{self.path.as_posix()}:{self.line}: {cited}"


def citations_in(path: Path, text: str) -> Iterator[Citation]:
    """Every citation of one file, in no particular order."""
    seen: set[int] = set()
    for found in _CITATION.finditer(text):
        page = found["page"]
        if found["refs"] is None:
            if page is not None:
                yield Citation(path, _line(text, found.start()), page, None)
            continue
        former = ""
        for each in _JOINED_REF.finditer(text, found.start("refs"), found.end("refs")):
            seen.add(each.start("ref"))
            for ref in _range(former, each["ref"]) if each["to"] else [each["ref"]]:
                yield Citation(path, _line(text, each.start("ref")), page, ref)
            former = each["ref"]
    for group in _PARENTHESES.finditer(text):
        for alone in _DECISION_ALONE.finditer(group[1]):
            at = group.start(1) + alone.start(1)
            if at not in seen:
                yield Citation(path, _line(text, at), None, alone[1])


def citations(root: Path) -> Iterator[Citation]:
    """Every citation of the repository at ``root``."""
    for place in PLACES:
        top = root / place
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.suffix in KINDS and path.is_file():
                yield from citations_in(path.relative_to(root), path.read_text(encoding="utf-8"))


class Library:
    """The pages of the repository at ``root`` and the numbered sections of each page."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._sections: dict[Path, frozenset[str]] = {}

    def fault(self, citation: Citation) -> str | None:
        """The fault of a citation that names a missing page or section; None when the citation is right."""
        if citation.ref is not None and citation.ref.startswith("D"):
            return self._missing(self._root / DECISIONS, citation.ref)
        if citation.page is None:
            return self._missing(self._root / CONTRACT, citation.ref)
        places = (citation.path.parent, Path(), Path("docs/mh"), Path("docs"))
        pages = [page for page in (self._root / place / citation.page for place in places) if page.is_file()]
        return self._missing(pages[0], citation.ref) if pages else "no such page"

    def _missing(self, page: Path, ref: str | None) -> str | None:
        if not page.is_file():
            return f"{page.relative_to(self._root).as_posix()} does not exist"
        if ref is None or ref in self._sections_of(page):
            return None
        return f"{page.resolve().relative_to(self._root.resolve()).as_posix()} has no {ref}"

    def _sections_of(self, page: Path) -> frozenset[str]:
        if page not in self._sections:
            text = page.read_text(encoding="utf-8")
            self._sections[page] = frozenset(_HEADING.findall(text) + _DECISION_ROW.findall(text))
        return self._sections[page]


def main(root: Path) -> int:
    """Prints a line for each citation that leads nowhere; the exit status is 1 when there are any."""
    library, found = Library(root), list(citations(root))
    faults = [f"{citation}: {fault}" for citation in found if (fault := library.fault(citation)) is not None]
    if faults:
        sys.stderr.write("\n".join(faults) + f"\n{len(faults)} of {len(found)} citations lead nowhere\n")
        return 1
    sys.stdout.write(f"All {len(found)} citations of rules and pages lead somewhere.\n")
    return 0


def _range(first: str, last: str) -> list[str]:
    """The sections after ``first`` up to ``last``: 4.3 and 4.4 for 4.2 to 4.4."""
    above, _, start = first.rpartition(".")
    above_last, _, end = last.rpartition(".")
    if above != above_last or "D" in first + last:
        return [last]
    return [f"{above}.{number}".removeprefix(".") for number in range(int(start) + 1, int(end) + 1)]


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parent.parent))
