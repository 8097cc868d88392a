"""Faults of operations that the state of the company or of a document does not allow."""

from ocote.errors.entry import Entry


def _refusal(code: str, status: int, message: str, cause: str, remedy: str) -> Entry:
    return Entry(code, "operation", status, message, cause, remedy)


OPERATIONS = (
    _refusal(
        "document_not_found",
        404,
        "No existe un documento con el identificador indicado",
        "No document of this company has this document_id, external_ref or control_number in the family that the "
        "endpoint serves. Documents of other companies get an identical answer.",
        "Check the identifier and the endpoint: /status serves 01, 03, 11 and 05, /suex/status serves 14. A note on a "
        "CCF of another system describes it in related_documents, by its generation_code or number.",
    ),
    _refusal(
        "item_not_found",
        404,
        "La empresa no tiene ningún artículo con ese código",
        "The company's catalog has no item with this code; case and accents count. Items of other companies get an "
        "identical answer.",
        "Write the item with PUT /items/{code}, or look for it with GET /items.",
    ),
    _refusal(
        "reference_of_another_family",
        409,
        "El external_ref ya identifica otro tipo de documento de la empresa",
        "The reference belongs to a document of another family: sale, credit note or excluded subject.",
        "Use a separate reference for each document.",
    ),
    _refusal(
        "doc_type_changed",
        409,
        "El external_ref ya identifica un documento de tipo {original}; no puede reintentarse como {requested}",
        "The control number contains the type, so a retry cannot change it.",
        "Retry with the original type, or use a new reference.",
    ),
    _refusal(
        "reference_busy",
        409,
        "Otra solicitud con el mismo external_ref sigue en curso; reintente en unos segundos",
        "A call with the same reference has not ended within 30 seconds.",
        "Repeat the call; its answer will be the document of the first call.",
    ),
    _refusal(
        "emails_too_many",
        409,
        "Este documento ya tiene {limit} correos en las últimas 24 horas; entregue el enlace o el PDF de otra forma",
        "A document was sent by e-mail very often within a day.",
        "Wait until the next day, or hand over the document's link, PDF or ticket.",
    ),
    _refusal(
        "notes_too_many",
        409,
        "Ya hay {limit} notas vigentes sobre lo que se ajusta, que son las que se admiten; reúna los ajustes en menos "
        "notas, o ajuste menos CCF en cada una",
        "Each note adds up those before it, so the number of valid notes on one CCF is bounded, and their sum over all "
        "CCFs of a note.",
        "Put several adjustments into one note, name fewer CCFs in a note, or cancel notes that are no longer needed.",
    ),
    _refusal(
        "numbers_unconfirmed",
        409,
        "La base de datos se restauró o retrocedió, y quizás se usaron números que no conoce: por ahora no se emite "
        "nada. El operador debe fijar cada caja según su último tique («ocote number set») y confirmar con «ocote "
        "restore --confirm»; después repita la solicitud con el mismo external_ref",
        "The database was restored from a backup, or has gone back in another way, and numbers may have been given out "
        "that it does not know. Nothing is numbered and rejected documents are not retried; documents that it knows "
        "are answered as ever. Nothing was stored.",
        "The operator sets the number of every till and confirms the numbers (docs/numbers-unconfirmed.md). Before "
        "sales of the lost time are repeated, compare them with their tickets: the gateway does not know them, and "
        "would issue them a second time.",
    ),
    _refusal(
        "documents_changing",
        409,
        "Otros documentos relacionados cambian en este momento; reintente en unos segundos",
        "While the document was written, other calls changed again and again what it depends on: the CCF that a note "
        "adjusts, or the company's contingency.",
        "Repeat the call.",
    ),
    _refusal(
        "numbers_exhausted",
        409,
        "El punto de venta {point} ya usó el último número del año para el tipo {doc_type}; avise a quien "
        "administra la pasarela",
        "The counter of this type and point of sale stands at 999999999999999, the last number that a control number "
        "can have. Nobody issues so many documents: the counter was set too high.",
        "Set the counter to the number after the last document: ocote number set. When a document has the last number, "
        "issue at another point of sale until the end of the year.",
    ),
    _refusal(
        "company_not_ready",
        409,
        "La empresa aún no puede emitir: {missing}",
        "The company lacks a valid certificate, credentials of the tax authority, a branch or a point of sale.",
        "Complete the company with ocote company add; ocote doctor says what is missing.",
    ),
    _refusal(
        "export_settings_missing",
        409,
        "Faltan datos de exportación; envíelos en la solicitud o complete la configuración de la empresa: {missing}",
        "An export invoice needs country, customs office, regime and INCOTERM, from the request or from the company; "
        "services (item_type 2) need only the country.",
        "Send the fields that the message names, or fill the table [export] of the company file.",
    ),
    _refusal(
        "not_in_edition",
        409,
        "{field}: un documento {doc_type} de la normativa {edition}, la que rige, no tiene dónde decirlo",
        "The edition of MH's rules that is in force for the company that day has no place for the value, although "
        "another edition has. Nothing was stored and no number was used.",
        "Leave the field out, or say it in another way. The company file says from which day documents are written in "
        "v2.0 (v2_from).",
    ),
    _refusal(
        "tax_not_authorized",
        409,
        "{field}: una exportación solo lleva el tributo {tax} si MH autorizó a la empresa; si lo está, quien "
        "administra ocote lo anota en la empresa (export_taxes_authorized)",
        "MH admits taxes of fuel and special taxes in an export invoice only from companies that it has authorized.",
        "Leave the tax out. The operator of an authorized company sets export_taxes_authorized = true in its file.",
    ),
    _refusal(
        "collection_not_agent",
        409,
        "{field}: solo cobra la percepción de 1 % un gran contribuyente o un agente designado por MH; si la empresa lo "
        "es, quien administra ocote lo anota (large_taxpayer o collection_agent)",
        "The 1 % is collected by large taxpayers and by companies that MH has designated (Código Tributario 163).",
        "Leave vat_collection out. The operator of such a company sets large_taxpayer or collection_agent to true in "
        "its file.",
    ),
    _refusal(
        "already_invalidated",
        409,
        "El documento ya está invalidado",
        "The tax authority has stamped an invalidation of this document.",
        "Nothing is left to do; GET /invalidate/status shows the event.",
    ),
    _refusal(
        "document_not_stamped",
        409,
        "El documento no tiene sello de recepción. Si está en contingencia, espere a que MH lo reciba; si MH lo "
        "rechazó, corríjalo y envíelo de nuevo con el mismo external_ref",
        "Only stamped documents can be adjusted or invalidated.",
        "GET /status shows the state of the document: wait for the stamp of a document in contingency, post a rejected "
        "document again with its external_ref.",
    ),
    _refusal(
        "document_rejected",
        409,
        "MH rechazó el documento, así que no hay nada que invalidar; corríjalo y envíelo de nuevo con el mismo "
        "external_ref",
        "The tax authority refused the document, so it has no effect. Waiting does not help.",
        "GET /status shows the reason (dte_message, observaciones). Correct the data and post the document again with "
        "its external_ref; the document keeps its number.",
    ),
    _refusal(
        "file_never_available",
        404,
        "Este documento no tiene un archivo de tipo {kind}",
        "An export invoice (11) has no thermal ticket.",
        "Use ?type=invoice, which exists for every type.",
    ),
    _refusal(
        "file_not_yet_available",
        409,
        "El archivo {kind} aún no existe. Si el documento está en contingencia, espere a que MH lo reciba; si MH lo "
        "rechazó, corríjalo y envíelo de nuevo con el mismo external_ref",
        "The delivered JSON contains the stamp, which the document lacks as yet; a rejected document has no files.",
        "GET /status shows the state of the document: wait for the stamp of a document in contingency, post a rejected "
        "document again with its external_ref.",
    ),
    _refusal(
        "pdf_impossible",
        409,
        "El PDF de este documento no se puede componer en este servidor. El documento es válido y su JSON está "
        "disponible con type=json; avise al operador",
        "The PDF needs more memory or time than one PDF may take, or the typesetter failed. The document keeps its "
        "effect. A logo that needs too much is left out before this answer is given.",
        "Take the JSON (type=json). The operator finds the reason in the log under pdf_impossible.",
    ),
    _refusal(
        "pdf_queue_full",
        503,
        "Hay demasiados PDF en espera; repita la solicitud después de los segundos que indica Retry-After",
        "Too many PDFs wait, of this company or of all. Documents of many lines count most. Issuing is not affected, "
        "and e-mails wait instead.",
        "Repeat the request after the seconds of Retry-After.",
    ),
    _refusal(
        "export_in_progress",
        409,
        "Otra exportación de la empresa, o los libros de un mes, sigue en curso; espere a que termine",
        "The company has one export and the books of one month at a time, so that neither slows down issuing.",
        "Wait until the other download ends, or close its connection, which stops the export.",
    ),
    _refusal(
        "book_not_printable",
        409,
        "Este libro no se imprimió: {reason}",
        "The book has too many lines for paper, or its PDF cannot be set within the limits of the machine.",
        "Use the annexes of the month, or the zip with all its files.",
    ),
    _refusal(
        "too_many_searches",
        503,
        "Ya hay demasiadas búsquedas de la empresa en espera; repita la solicitud después de los segundos que indica "
        "Retry-After",
        "One list of documents of a company is made at a time, and the bound of those that wait is reached. Issuing, "
        "downloads and other companies are not affected.",
        "Repeat the request after the seconds of Retry-After, and ask for one page after the other.",
    ),
    _refusal(
        "search_too_long",
        409,
        "La búsqueda lee demasiado y se detuvo; acorte los días con date_from y date_to, donde los hay, o pida menos",
        "The search had not ended after ten seconds: there are very many documents in the days, or the database is "
        "slow.",
        "Send date_from and date_to with fewer days, such as a month, and search one span after the other.",
    ),
    _refusal(
        "catalog_unknown",
        404,
        "No existe el catálogo {name}; existen activities, departments, districts/search, {known}",
        "There is no catalog of this name.",
        "The names are listed in the OpenAPI document.",
    ),
    _refusal(
        "adjusted_not_ccf",
        400,
        "debe identificar un CCF (03); otros documentos se invalidan",
        "Credit notes adjust only CCF.",
        "Cancel an invoice, an export invoice or a purchase with /invalidate.",
    ),
    _refusal(
        "adjusted_too_old",
        409,
        "El plazo para ajustar o invalidar este CCF terminó el {last_day}",
        "The window for a credit note is over.",
        "Ask MH how to correct the operation.",
    ),
    _refusal(
        "invalidation_window_closed",
        409,
        "El plazo para invalidar este documento terminó el {last_day}",
        "The window for this type of document is over.",
        "Correct a CCF with a credit note; for other types ask MH how to correct the operation.",
    ),
    _refusal(
        "invalidation_only_by_note",
        409,
        "El plazo del evento de invalidación de este CCF terminó, o una nota de crédito ya lo está anulando: solo se "
        "anula con una nota de crédito por el total, que equivale al motivo 2 (rescisión) y no admite reemplazo. "
        "Repita sin cuerpo o con reason 2 y sin replacement",
        "After the window a CCF is cancelled by a credit note for the whole amount, which takes neither another reason "
        "nor a replacement. Nothing was done.",
        "Repeat with reason 2 and without replacement, or without a body. A new CCF for the operation needs no link to "
        "the cancelled CCF.",
    ),
    _refusal(
        "invalidation_in_progress",
        409,
        "Otra solicitud está invalidando este documento; consulte su estado en unos segundos",
        "An event for this document is on its way to MH.",
        "Read GET /invalidate/status; POST /invalidate continues a call that got no answer.",
    ),
    _refusal(
        "invalidation_blocked_by_note",
        409,
        "La nota de crédito {control_number} ajusta este CCF; invalide primero la nota",
        "A CCF with a valid credit note cannot be cancelled.",
        "Cancel the note first, then the CCF.",
    ),
    _refusal(
        "replacement_not_found",
        400,
        "no identifica un documento de la empresa",
        "No document of this company has the identifier in replacement.",
        "Send document_id, external_ref or control_number of the document that replaces the cancelled document.",
    ),
    _refusal(
        "replacement_is_the_document",
        400,
        "no puede ser el mismo documento que se invalida",
        "A document cannot replace itself.",
        "Name the new document.",
    ),
    _refusal(
        "replacement_of_another_family",
        400,
        "no puede reemplazar a este documento: una venta se reemplaza con otra venta, una nota de crédito con otra "
        "nota y una compra a sujeto excluido con otra compra",
        "The document in replacement is of another family than the document that is cancelled.",
        "Name a replacement of the right family: 01, 03 or 11 for a sale, 05 for a note, 14 for a purchase.",
    ),
    _refusal(
        "replacement_not_stamped",
        409,
        "El documento de reemplazo no tiene sello de recepción o está invalidado; espere su sello o indique otro en "
        "replacement",
        "MH requires that the replacement is stamped and not invalidated before the cancellation is sent.",
        "Wait for the stamp of the replacement (GET /status), then cancel.",
    ),
    _refusal(
        "email_not_configured",
        409,
        "La empresa no tiene servidor de correo",
        "The company file has no table [smtp].",
        "Add the table and run ocote company add again; docs/email.md describes it.",
    ),
    _refusal(
        "email_recipient_missing",
        400,
        "es obligatorio: el documento se emitió sin correo del cliente",
        "The document has neither customer.email nor redirect_email, and the request has no to.",
        "Send the address in to.",
    ),
    _refusal(
        "document_not_deliverable",
        409,
        "El documento no puede entregarse: fue rechazado o aún se está registrando",
        "Only a document that is stamped or in contingency is sent to a customer.",
        "Correct a rejected document and post it with its external_ref; after the stamp the gateway sends the e-mail.",
    ),
)
