"""The QR code that opens MH's public consultation of a document (``protocol.md`` 8)."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

_CONSULTATION: Final = "https://admin.factura.gob.sv/consultaPublica"
_MASK: Final = 4
"""All eight masks are valid. Comparing all of them would cost ten times the drawing."""


def consultation_url(identification: Mapping[str, Any]) -> str:
    """The public address for checking a document, from its ``identificacion``."""
    return (
        f"{_CONSULTATION}?ambiente={identification['ambiente']}"
        f"&codGen={identification['codigoGeneracion']}&fechaEmi={identification['fecEmi']}"
    )


def qr_svg(url: str) -> str:
    """The code as a black SVG drawing with its quiet zone of four modules, error correction M."""
    import segno  # noqa: PLC0415 - imported with the first code

    drawing = BytesIO()
    code = segno.make(url, error="m", boost_error=False, micro=False, mask=_MASK)
    code.save(drawing, kind="svg", xmldecl=False, nl=False, light="#fff")
    return drawing.getvalue().decode("ascii")
