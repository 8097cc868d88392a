"""The PDF of a VAT book in legal form."""

from typing import Final

import msgspec

from ocote.printing.figures import printable
from ocote.printing.ledger import Ledger
from ocote.printing.typesetting import typeset

_LONGEST_WORD: Final = 26
_DECODER: Final = msgspec.json.Decoder(Ledger)


def render_ledger(encoded: bytes) -> bytes:
    """Renders the PDF of an encoded book; equal arguments give equal bytes.

    A volume takes seconds and hundreds of megabytes: the gateway calls this function in child processes only
    (``ocote.printing.press``).
    """
    ledger = _DECODER.decode(encoded)
    data = {"ledger": printable(msgspec.to_builtins(ledger), _LONGEST_WORD)}
    return typeset("ledger", {"data": msgspec.json.encode(data).decode()}, ledger.created.replace(microsecond=0))
