"""A stamped note on several documents, made of a stamped note on one document past the gateway."""

import json
from typing import Any
from uuid import uuid4

from ocote.documents.signed import document_of
from ocote.dte.text import encode
from ocote.signing.jws import sign
from tests.builders.certificate import rsa_key
from tests.e2e.damage import change, rows_of


def note_on_several(database_url: str, like: str, reference: str, adjusted: list[str]) -> str:
    """A note like another one, on own CCFs by their references, and on CCFs of other systems by any other name.

    The note takes everything from the first document. Returns its control number.
    """
    [found] = rows_of(database_url, "SELECT * FROM document WHERE external_ref = :ref", ref=like)
    row: dict[str, Any] = dict(found)  # type: ignore[call-overload] # a row of either driver is a mapping
    [counter] = rows_of(
        database_url,
        "UPDATE correlative SET last = last + 1 WHERE doc_type = :doc_type AND year = :year RETURNING last",
        doc_type=row["doc_type"], year=row["year"],
    )  # fmt: skip
    code, stamp = str(uuid4()).upper(), uuid4().hex.upper() + "A" * 8
    number = f"{row['control_number'][:-15]}{counter['last']:015d}"
    own = [_own(database_url, name) for name in adjusted]
    numbers = [name if ccf is None else str(ccf["generation_code"]) for name, ccf in zip(adjusted, own, strict=True)]
    document = document_of(row["jws"])
    document["identificacion"] |= {"numeroControl": number, "codigoGeneracion": code}
    document["documentoRelacionado"] = [
        {**document["documentoRelacionado"][0], "numeroDocumento": each} for each in numbers
    ]
    answer = row["answer"].replace(row["generation_code"], code).replace(row["stamp"], stamp)
    row |= {"id": str(uuid4()), "external_ref": reference, "control_number": number, "generation_code": code}
    row |= {"stamp": stamp, "answer": answer, "jws": sign(encode(document), rsa_key())}
    row |= {"adjusts_id": None, "adjusts_whole": 0}
    columns = ", ".join(row)
    change(database_url, f"INSERT INTO document ({columns}) VALUES ({', '.join(f':{name}' for name in row)})", **row)
    taken = [f"{row['taxable_cents'] / 100:.2f}", *["0.00"] * (len(adjusted) - 1)]
    for position, (name, ccf) in enumerate(zip(numbers, own, strict=True)):
        change(
            database_url,
            """
            INSERT INTO adjusted_document (company_id, note_id, position, document_id, number, taken, stated)
            VALUES (:company, :note, :position, :document, :number, :taken, :stated)""",
            company=row["company_id"], note=row["id"], position=position,
            document=None if ccf is None else ccf["id"], number=name,
            taken=json.dumps({"taxable": taken[position]}),
            stated=json.dumps({"number": name}) if ccf is None else None,
        )  # fmt: skip
    return number


def _own(database_url: str, reference: str) -> Any:
    found = rows_of(database_url, "SELECT id, generation_code FROM document WHERE external_ref = :ref", ref=reference)
    return found[0] if found else None
