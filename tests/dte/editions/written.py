"""Documents as MH reads them, for the tests of single editions."""

from typing import Any

from ocote.dte.arithmetic import compute
from ocote.dte.editions import Edition, build_document
from ocote.dte.sale import Contingency, Sale
from tests.dte.official_rules import as_sent
from tests.dte.samples import identity


def written(edition: Edition, sold: Sale, contingency: Contingency | None = None) -> dict[str, Any]:
    """The document of a sale, read back from its bytes."""
    return as_sent(build_document(edition, identity(sold.doc_type, contingency), sold, compute(sold)))
