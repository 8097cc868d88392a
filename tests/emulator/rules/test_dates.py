"""When a document may be dated (rules.md 3)."""

from datetime import datetime
from typing import Any

import pytest

from ocote.emulator.clock import EL_SALVADOR
from tests.emulator.client import Client
from tests.emulator.documents import invoice
from tests.emulator.documents.parts import Emission

V1, V2 = invoice.v1, invoice.v2


@pytest.mark.parametrize(
    ("now", "make", "day", "hour", "field"),
    [
        ("2026-06-27T12:00", V2, "2026-06-28", "09:00:00", None),
        ("2026-06-27T12:00", V2, "2026-06-30", "09:00:00", None),
        ("2026-06-27T12:00", V2, "2026-07-01", "09:00:00", "fecEmi"),
        ("2026-06-10T12:00", V2, "2026-06-15", "09:00:00", None),
        ("2026-06-10T12:00", V2, "2026-06-16", "09:00:00", "fecEmi"),
        ("2026-06-10T12:00", V1, "2026-06-11", "09:00:00", None),
        ("2026-06-10T12:00", V1, "2026-06-12", "09:00:00", "fecEmi"),
        ("2026-06-10T12:00", V1, "2026-06-10", "23:59:59", None),
        ("2026-06-30T23:45", V1, "2026-07-01", "00:15:00", None),
        ("2026-06-30T23:45", V1, "2026-07-01", "00:15:01", "fecEmi"),
        ("2026-06-30T23:45", V2, "2026-07-01", "00:10:00", "fecEmi"),
        ("2026-06-30T12:00", V2, "2026-06-30", "12:30:00", None),
        ("2026-06-30T12:00", V2, "2026-06-30", "12:30:01", "horEmi"),
        ("2026-06-30T12:00", V2, "2026-01-02", "12:30:01", None),
    ],
)
def test_how_far_ahead_a_document_may_be_dated(
    mh: Any, client: Client, now: str, make: Any, day: str, hour: str, field: str | None
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=EL_SALVADOR)
    mh.control.freeze_clock(moment)
    answer = client.send(make(Emission(nit=client.company.nit, nrc=client.company.nrc, day=day, hour=hour)))
    if field is None:
        assert answer.status == 200
        assert answer.body["codigoMsg"] == ("001" if day == now[:10] else "002")
    else:
        assert answer.verdict == ("018", "11", f"[identificacion.{field}] FECHA FUERA DE PLAZO PERMITIDO")
