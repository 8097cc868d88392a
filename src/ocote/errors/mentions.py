"""Faults of the identity of a buyer, and of what a sale says beside its amounts (wider-sales.md 4.5)."""

from ocote.errors.entry import Entry


def _mention(code: str, message: str, cause: str, remedy: str) -> Entry:
    return Entry(code, "fields", 400, message, cause, remedy)


MENTIONS = (
    _mention(
        "identity_incomplete",
        "es obligatorio: document_type y document_number van juntos",
        "The kind of an identity document was sent without its number, or the number without the kind.",
        "Send both, or neither.",
    ),
    _mention(
        "identity_twice",
        "no va junto a nit o dui: el documento nombra un solo documento de identidad",
        "The buyer has document_type and document_number beside nit or dui.",
        "Send nit or dui, or document_type with document_number for a passport, a residence card or another document.",
    ),
    _mention(
        "nrc_needs_nit",
        "solo va junto a un NIT",
        "An NRC belongs to a taxpayer, whom documents name by NIT; beside another document_type MH takes none.",
        "Send nit, or leave nrc out.",
    ),
    _mention(
        "country_unknown",
        "no es un código que este campo admita: es del catálogo {catalog} de MH, en GET /api/connect/catalogs/{listed}",
        "The country of the buyer is not in MH's catalog of countries.",
        "Look the code up with GET /catalogs/countries.",
    ),
    _mention(
        "country_twice",
        "dice otro país que customer.country; envíe uno de los dos",
        "An export names one country of its buyer, and country and customer.country differ.",
        "Send one of them.",
    ),
    _mention(
        "third_party_is_issuer",
        "es el NIT de la propia empresa, que no vende por cuenta de sí misma",
        "on_behalf_of names the company that issues the document.",
        "Leave on_behalf_of out of the company's own sales.",
    ),
    _mention(
        "third_parties_both",
        "no va junto a on_behalf_of: una exportación nombra a uno de los dos",
        "An export names for whom the company sells or for whom the buyer buys, not both.",
        "Send one of them.",
    ),
    _mention(
        "third_party_beside_settlement",
        "no va junto a un documento relacionado 08 o 09",
        "A document that comes from a settlement (08, 09) names no principal.",
        "Leave on_behalf_of or the related document out.",
    ),
    _mention(
        "related_empty",
        "debe tener al menos un documento",
        "related_documents is an empty list.",
        "Name a document, or leave the field out.",
    ),
    _mention(
        "related_too_many",
        "admite como máximo {limit} documentos",
        "A document names 50 related documents at most, an invoice (01) of v1.x 10. A note counts those that its lines "
        "name by document_id too.",
        "Split the sale or the note into several documents.",
    ),
    _mention(
        "related_types_mixed",
        "deben ser todos de un mismo tipo",
        "The related documents have several types.",
        "Issue a sale for each type.",
    ),
    _mention(
        "related_type_not_allowed",
        "es de un tipo que este documento no admite como relacionado; admite {allowed}",
        "An invoice (01) comes from a 04 or 09, a CCF (03) from a 04, 08 or 09, an export (11) of v2.0 from a 04.",
        "Name a document of one of these types, or leave the field out. No type that is issued here is one of them.",
    ),
    _mention(
        "related_repeated",
        "nombra un documento que ya está nombrado, quizás con otro de sus identificadores",
        "One document is named twice: listed twice, or named by two of its identifiers.",
        "List it once, and name it by one identifier; several lines may name it.",
    ),
    _mention(
        "related_not_found",
        "no identifica un documento de la empresa",
        "No document of this company has the identifier.",
        "Send document_id, external_ref or control_number of one of your documents, or doc_type, issued_on and number "
        "or generation_code of a document of another system.",
    ),
    _mention(
        "related_named_twice",
        "sobra: un documento propio se nombra con document_id, y uno de otro sistema con issued_on y number o "
        "generation_code",
        "A related document is named in two ways.",
        "Name it in one way.",
    ),
    _mention(
        "generation_code_malformed",
        "debe ser un código de generación, como E8B60BA3-8901-47EC-AC04-9E8F603C38DC",
        "The value does not have the form of a generation code.",
        "Copy the code from the document. Send number in its place for a document on paper.",
    ),
    _mention(
        "related_index_unknown",
        "debe ser la posición, desde 0, de un documento de related_documents",
        "A line names a position that the list of related documents does not have.",
        "Send 0 for the first document of the list, or leave the field out.",
    ),
    _mention(
        "related_unused",
        "no lo nombra ninguna línea; {instead}",
        "Every related document is that of one line at least, or of one charge of a note.",
        "Send its position in lines[].related, or take it out of the list. Of a note whose lines all name another CCF, "
        "leave document_id out.",
    ),
    _mention(
        "related_too_old",
        "solo podía nombrarse hasta el {last_day:%d/%m/%Y}",
        "A delivery note (04) is invoiced in its own month or in the 3 days after it, an accounting settlement (09) in "
        "its own month.",
        "Ask your accountant how to document the sale.",
    ),
    _mention(
        "related_after_document",
        "tiene una fecha posterior a la del documento: {day:%d/%m/%Y}",
        "The related document is dated after the day of the sale.",
        "Correct issued_on.",
    ),
    _mention(
        "documents_not_here",
        "no va en este tipo de documento, sino en doc_type {types}",
        "Doctors belong to an invoice (01) or CCF (03), and transport to an export (11).",
        "Leave the field out.",
    ),
    _mention(
        "documents_too_many",
        "admite como máximo {limit} entre documents, doctors y transport",
        "An invoice or CCF takes 10 associated documents, an export 20, doctors and vehicles among them.",
        "Leave some out.",
    ),
    _mention(
        "document_side_unknown",
        "debe ser «issuer» (de la empresa) o «receiver» (del cliente)",
        "An associated document is one of the company or one of the buyer.",
        "Send issuer or receiver.",
    ),
    _mention(
        "doctor_identity_missing",
        "es obligatorio: envíe nit, o document_number de un médico no domiciliado",
        "A doctor is named by NIT, or by another document when not domiciled.",
        "Send one of the two.",
    ),
    _mention(
        "doctor_identity_twice",
        "no va junto a nit: envíe uno de los dos",
        "A doctor has both nit and document_number.",
        "Send nit for a domiciled doctor, document_number for another.",
    ),
    _mention(
        "doctor_service_unknown",
        "debe ser un servicio del catálogo CAT-010 de MH, de 1 a 6",
        "The kind of medical service is not in MH's catalog.",
        "Send a number from 1 to 6.",
    ),
    _mention(
        "transport_mode_unknown",
        "debe ser un modo de transporte del catálogo CAT-030 de MH: de 1 a 6, en la normativa v1.x de 1 a 4",
        "The way of transport is not in MH's catalog; an export of v1.x takes 1 to 4.",
        "Send one of these numbers.",
    ),
    _mention(
        "appendix_too_long",
        "admite como máximo {limit} filas",
        "A document has 10 rows of its own data; in v2.0 persons and plate of delivery take a row each.",
        "Leave rows out.",
    ),
)
