"""``POST /fesv/recepcion/consultadte``: the query of a document (protocol.md 4.1)."""

from typing import Any

from ocote.emulator import answers
from ocote.emulator.binding import QueryBody, bound
from ocote.emulator.http import About, Reply, Request, json_reply
from ocote.emulator.messages import GENERAL, Finding
from ocote.emulator.ministry import Ministry
from ocote.emulator.tokens import Bearer

UNKNOWN = Finding("999", GENERAL, "DOCUMENTO NO ENCONTRADO")
"""The finding for a document that MH does not have; the code was seen in practice, the text is invented."""


def query(ministry: Ministry, request: Request, bearer: Bearer | None) -> Reply:
    """Repeat MH's answer to the document, or answer 999; a token covers only its taxpayer's documents.

    Whether MH keeps rejected documents for this query is not known. The manual shows both states in the answer,
    therefore the emulator repeats the answer to a rejected document too.
    """
    if bearer is None:
        return ministry.refusal(401, request)
    body = bound(request, QueryBody, ministry)
    if isinstance(body, Reply):
        return body
    answer = _found(ministry, bearer, body)
    about = About(answer["estado"], answer["codigoMsg"])
    return json_reply(200 if answer["estado"] == "PROCESADO" else 400, answer, about)


def _found(ministry: Ministry, bearer: Bearer, body: QueryBody) -> dict[str, Any]:
    for environment in bearer.environments if body.emitter_nit == bearer.nit else ():
        owner = (environment, bearer.nit)
        document = ministry.ledger.document(owner, body.generation_code)
        if document is not None and document.facts.doc_type == body.doc_type:
            return answers.processed(document)
        refusal = ministry.ledger.refusal(owner, body.generation_code)
        if refusal is not None and refusal.doc_type == body.doc_type:
            finding = Finding(refusal.code, refusal.class_code, refusal.text, refusal.observations)
            return answers.rejected(environment, body.generation_code, refusal.at, finding)
    return answers.rejected(bearer.environments[0], body.generation_code, ministry.clock.now(), UNKNOWN)
