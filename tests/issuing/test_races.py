"""A document whose basis changes while it is written is written again, but not for ever."""

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Refused
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.order import Draft, DraftOutdated, IssuingPoint, Order
from ocote.issuing.timing import StepTimes

NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
HOLDER = KeyHolder(
    company_id=1,
    key_id=1,
    name="ok_1",
    environment="00",
    per_minute=60,
    per_hour=600,
    branch_code="M001",
    pos_code="P001",
)


class Registered:
    """A company that may issue at every point of sale, while MH answers."""

    environment = "00"
    id = 1
    credentials = None

    def is_down_for(self, _: object) -> bool:
        return False

    async def get(self, company_id: int) -> "Registered":
        return self

    def of(self, environment: str) -> "Registered":
        return self

    def require_point_of_sale(self, branch_code: str, pos_code: str) -> None:
        """There is every point of sale."""


def issuer() -> DocumentIssuer:
    company: Any = Registered()
    leases = SimpleNamespace(working_on=lambda _: nullcontext())
    work: Any = SimpleNamespace(store=None, companies=company, hosts=company, leases=leases, clock=lambda: NOON)
    nothing: Any = None
    return DocumentIssuer(work, nothing, nothing, nothing)


async def test_a_document_whose_basis_changes_again_and_again_is_refused() -> None:
    codes: list[str] = []

    async def prepare(point: IssuingPoint) -> Draft:
        codes.append(point.generation_code)
        raise DraftOutdated

    with pytest.raises(Refused) as refused:
        await issuer().issue(HOLDER, Order("05", None, b"{}", prepare), StepTimes())
    assert refused.value.code == "documents_changing"
    assert len(set(codes)) == len(codes) > 1, "each draft is a document of its own"


async def test_a_refusal_of_the_draft_is_not_tried_again() -> None:
    tries = 0

    async def prepare(point: IssuingPoint) -> Draft:
        nonlocal tries
        tries += 1
        raise Refused("document_not_found")

    with pytest.raises(Refused) as refused:
        await issuer().issue(HOLDER, Order("05", None, b"{}", prepare), StepTimes())
    assert (refused.value.code, tries) == ("document_not_found", 1)


async def test_documents_whose_basis_has_changed_are_written_one_after_another() -> None:
    writing: list[str] = []
    outdated: set[str] = set()

    def order(name: str) -> Order:
        async def prepare(_: IssuingPoint) -> Draft:
            if name not in outdated:
                outdated.add(name)
                await asyncio.sleep(0)
                raise DraftOutdated
            writing.append(name)
            together = len(writing)
            await asyncio.sleep(0)
            writing.remove(name)
            raise Refused("document_not_found" if together == 1 else "documents_changing")

        return Order("05", None, name.encode(), prepare)

    made = issuer()
    issuing = [made.issue(HOLDER, order(name), StepTimes()) for name in ("uno", "dos", "tres")]
    refused = await asyncio.gather(*issuing, return_exceptions=True)
    assert [each.code for each in refused if isinstance(each, Refused)] == ["document_not_found"] * 3
