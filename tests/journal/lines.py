"""Lines of the journal, for tests that need lines and not their making."""

from ocote.journal.lines import DocumentLine, SegmentLine, VerdictLine, decode_line

INSTALLATION = "9c2d5902-e8d0-408e-801b-fc69f243eec0"
NOON = "2026-11-20T18:00:00.000000Z"


def document_line(document_id: str = "d-1", version: int = 1) -> DocumentLine:
    """A signed invoice."""
    return DocumentLine(
        id=document_id,
        version=version,
        company_id=1,
        key_id=1,
        family="sale",
        doc_type="01",
        edition="v2",
        external_ref="caja-1",
        branch_code="M001",
        pos_code="P001",
        year=2026,
        control_number="DTE-01-M001P001-000000000000001",
        generation_code="D23F0824-128B-4F33-8C5C-7FD0A6A3A450",
        state="registered",
        contingency_id=None,
        taxable_cents=1000,
        vat_cents=130,
        gross_cents=1130,
        withheld_cents=0,
        payable_cents=1130,
        customer_name="Comprador «Ñandú»",
        customer_id=None,
        customer_email=None,
        redirect_email=None,
        fingerprint="f",
        adjusts_id=None,
        adjusts_whole=False,
        posted_at=NOON,
        request='{"a":1}',
        jws="a.b.c",
        at=NOON,
    )


def verdict_line(document_id: str = "d-1") -> VerdictLine:
    """MH's stamp for that invoice."""
    return VerdictLine("document", document_id, 1, 1, "stamped", "2026ABC", "", "", "", "[]", "{}", NOON)


def head_of(text: bytes) -> SegmentLine:
    """The first line of a segment."""
    line = decode_line(text.partition(b"\n")[0])
    assert isinstance(line, SegmentLine)
    return line
