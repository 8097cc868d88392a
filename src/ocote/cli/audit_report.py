"""Walks along the audit log for ``ocote audit verify`` and ``ocote verify``, and says how the log stands."""

from collections.abc import Iterator, Mapping
from typing import Final

from ocote import settings
from ocote.people.audit_trail import AuditTrail, VerifiedChain
from ocote.store.audit_log import BreakKind
from ocote.store.engine.opening import open_store
from ocote.wording.counted import counted

_WORDS: Final[Mapping[BreakKind, str]] = {
    "missing": "falta el asiento {number}",
    "unlinked": "el asiento {number} no sigue al anterior: se cambió uno de los dos, o se puso alguno",
    "altered": "el asiento {number} no es el que se escribió",
}


async def verify_chain(expected: str | None = None) -> VerifiedChain:
    """Walks along the chain of the configured database."""
    async with open_store(settings.load().database_url) as store:
        return await AuditTrail(store).verify(expected.strip().lower() if expected is not None else None)


def verified_lines(verified: VerifiedChain) -> Iterator[str]:
    """How the log stands, what to do, and the hash to keep elsewhere."""
    entries = counted(verified.entries, "asiento", "asientos")
    if verified.broken is not None:
        what = _WORDS[verified.broken.kind].format(number=verified.broken.number)
        yield (
            f"✗ Bitácora: {what}. Antes de ese hay {entries} sin cambios. → Compárela con una copia de seguridad y "
            "averigüe quién pudo escribir en la base de datos."
        )
    elif verified.is_expected_missing:
        yield (
            f"✗ Bitácora: ningún asiento tiene la huella esperada. Sus {entries} se siguen unos a otros, pero no son "
            "los de entonces: se quitaron asientos del final, o se escribió todo de nuevo. → Compárela con una copia "
            "de seguridad."
        )
    else:
        yield f"✓ Bitácora: {entries}, y cada uno sigue al anterior."
        yield f"Huella del final: {verified.head}"
