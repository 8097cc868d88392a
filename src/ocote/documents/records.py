"""Stored rows as the values that answers are made of."""

import msgspec

from ocote.documents.view import Amounts, DocumentView, InvalidationAttempt
from ocote.dte.invalidation.value import RESCINDED
from ocote.store.engine.statement import Row
from ocote.store.engine.values import amount, moment

_OBSERVATIONS = msgspec.json.Decoder(tuple[str, ...])


def view(row: Row) -> DocumentView:
    """A document row as the outside may see it."""
    return DocumentView(
        id=row["id"],
        external_ref=row["external_ref"],
        family=row["family"],
        doc_type=row["doc_type"],
        edition=row["edition"],
        state=row["state"],
        control_number=row["control_number"],
        generation_code=row["generation_code"],
        stamp=row["stamp"],
        posted_at=moment(row["posted_at"]),
        amounts=Amounts(
            taxable=amount(row["taxable_cents"]),
            vat=amount(row["vat_cents"]),
            gross=amount(row["gross_cents"]),
            withheld=amount(row["withheld_cents"]),
            payable=amount(row["payable_cents"]),
        ),
        customer_name=row["customer_name"],
        mh_state=row["mh_state"],
        mh_message=row["mh_message"],
        mh_code=row["mh_code"],
        observations=_OBSERVATIONS.decode(row["observations"]),
        invalidated=row["invalidated_at"] is not None,
    )


def attempt(row: Row) -> InvalidationAttempt:
    """An invalidation event as the outside may see it."""
    return InvalidationAttempt(
        state=row["state"] if row["state"] in {"stamped", "rejected"} else "contingency",
        at=moment(row["settled_at"] or row["requested_at"]),
        reason=row["reason"],
        generation_code=row["generation_code"],
        stamp=row["stamp"],
        mh_state=row["mh_state"],
        mh_message=row["mh_message"],
        mh_code=row["mh_code"],
        observations=_OBSERVATIONS.decode(row["observations"]),
    )


def attempt_by_note(note: Row) -> InvalidationAttempt:
    """The credit note that takes the place of an invalidation, told as one (contract 13.2)."""
    return InvalidationAttempt(
        state=note["state"] if note["state"] in {"stamped", "rejected"} else "contingency",
        at=moment(note["stamped_at"] or note["rejected_at"] or note["posted_at"]),
        reason=RESCINDED,
        generation_code=note["generation_code"],
        stamp=note["stamp"],
        mh_state=note["mh_state"],
        mh_message=note["mh_message"],
        mh_code=note["mh_code"],
        observations=_OBSERVATIONS.decode(note["observations"]),
    )
