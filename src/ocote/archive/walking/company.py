"""A company whose archive is walked, and the verdict on a part of its archive while it is made."""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.walking.fault import ArchiveFault, Difference, FaultKind, Named, StatedField
from ocote.archive.walking.signatures import SignatureHistory, Signatures, SigningSpan
from ocote.dte.sale import Environment
from ocote.mh.fields import answer_of, json_object, stamp_of
from ocote.signing import jws

_Stated = TypeVar("_Stated")


class WalkedCompany(Struct, frozen=True):
    """A company with its public keys."""

    id: int
    nit: str
    environment: Environment
    name: str
    signatures: Signatures


class Verdicts:
    """Gathers the faults of one page of a company; nothing of it counts before the page is finished.

    ``texts`` counts the signed texts, ``declared`` the notes on documents of which only their callers' word is known.
    """

    def __init__(self, company: WalkedCompany, history: SignatureHistory) -> None:
        self.company = company
        self.history = history
        self.faults: list[ArchiveFault] = []
        self.texts = 0
        self.declared = 0
        self.stamps: list[str] = []

    def fault(self, kind: FaultKind, named: Named, differences: tuple[Difference, ...] = (), **facts: str) -> None:
        """Adds a fault of the company; ``facts`` are named in the sentence beside those of ``named``."""
        judged = replace(named, facts={**named.facts, **facts})
        self.faults.append(ArchiveFault(kind, self.company.nit, self.company.environment, judged, differences))

    def read(self, read: Callable[[bytes], _Stated], text: str, span: SigningSpan, named: Named) -> _Stated | None:
        """The facts that a signed text states, after its signature was checked; None for an unreadable text."""
        self.texts += 1
        try:
            stated = read(jws.payload_of(text))
            signer, self.history = self.company.signatures.judge(text, span, self.history)
        except (jws.JwsError, msgspec.DecodeError, UnicodeError):
            self.fault("text_unreadable", named)
            return None
        if signer == "nobody":
            self.fault("signature", named)
        return stated

    def compare_company(self, environment: str, nit: str, found: "Comparison") -> None:
        """Compares the environment and the NIT that a text states with those of the company."""
        found.add("environment", self.company.environment, environment)
        found.add("issuer", self.company.nit, nit)

    def stamp(self, named: Named, stamp: str, answer: str | None, code: str) -> None:
        """Checks the form of a stamp, and that MH's answer is kept and names no other document and no other stamp.

        ``code`` is the generation code that the answer may name; empty where MH may name another.
        """
        if stamp_of({"selloRecibido": stamp}) != stamp:
            self.fault("stamp_malformed", named)
        if answer is None:
            self.fault("answer_missing", named)
            return
        fields = json_object(answer)
        if fields is None:
            self.fault("answer_unreadable", named)
            return
        said = answer_of(fields, answer)
        found = Comparison()
        if code and said.generation_code is not None:
            found.add("code", code, said.generation_code)
        if said.stamp is not None:
            found.add("stamp", stamp, said.stamp)
        if found.differences:
            self.fault("answer_differs", named, found.differences)


class Comparison:
    """Gathers what a row and a text state differently."""

    def __init__(self) -> None:
        self._found: list[Difference] = []

    def add(self, field: StatedField, stored: Any, signed: Any) -> None:
        """Compares one fact; values that are equal leave nothing."""
        if stored != signed:
            self._found.append(Difference(field, _shown(stored), _shown(signed)))

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The differences so far, in the order of their comparison."""
        return tuple(self._found)


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)
