"""Warnings in answers: a request was done, and the caller should know something about the request or its document."""

from ocote.errors.entry import WarningEntry

WARNINGS = (
    WarningEntry(
        "field_ignored",
        "No se tomó en cuenta: {why}",
        "The request has a value that this endpoint does not read: its name is unknown, it counts for another type of "
        "document, or another value of the request takes precedence. The message names what was likely meant. Of a "
        "cancellation: the event is signed already and says something else, or a credit note, which says neither note "
        "nor requested_by, stands in for the event.",
        "Correct or remove the field. While you build your integration, send Prefer: handling=strict.",
        "field_not_taken",
    ),
    WarningEntry(
        "parameter_ignored",
        "Este parámetro del URL no se tomó en cuenta: {why}",
        "The URL has a parameter that this endpoint does not read, or has one several times, of which the last counts, "
        "or under two names, of which the message says which counts.",
        "Correct or remove the parameter.",
        "parameter_not_taken",
    ),
    WarningEntry(
        "invisible_removed",
        "Se quitaron caracteres que no se ven ({characters})",
        "The text holds characters that show nothing, such as U+200B, U+FEFF or U+00AD, most often from a copied text. "
        "Joiners and variation selectors stay where they shape a letter or an emoji.",
        "Remove these characters from your data: a search for the text as it is seen does not find them.",
        "text_invisible_character",
    ),
    WarningEntry(
        "warnings_left_out",
        "Hay {count} advertencias más como estas",
        "An answer lists 50 warnings, and 5 about one name in all lines.",
        "Mend what is listed; the rest is of its kind or comes next.",
    ),
    WarningEntry(
        "number_moved",
        "El Ministerio de Hacienda ya tiene otro documento con el número {before}; este documento lleva el {now}. "
        "Avise a quien administra ocote: el contador de este punto de venta está atrasado.",
        "The counter of the point of sale is behind MH: another system has used its numbers, or a backup was restored.",
        "Keep the number of the answer. The operator sets the counter with ocote number set; ocote doctor names it.",
    ),
    WarningEntry(
        "cancelled_by_v2_event",
        "El evento se envió según la normativa v2.0, porque el de la v1.x no admite el nombre o el documento de "
        "identidad del receptor. Si el Ministerio de Hacienda todavía no lo recibe así, lo rechaza y el documento "
        "sigue vigente.",
        "The event must name the receiver exactly as the document does; that of Normativa v1.x takes names of 5 to 200 "
        "and identity documents of 3 to 20 characters, that of v2.0 takes every one.",
        "If MH refuses the event, adjust a CCF with a credit note, or cancel again once v2.0 is in force, if the "
        "window allows. Names of at least 5 letters avoid it.",
    ),
    WarningEntry(
        "buyer_field_filled",
        "El documento dice «{value}» como {what}: MH no admite el documento sin ese dato, y la solicitud no lo trae en "
        "una forma que MH admita. Envíelo para que diga lo correcto.",
        "MH takes no document of this type without the field, and neither the request nor the company's customer "
        "records have it. docs/api.md lists what is filled in.",
        'Send the field. To have such a request refused: Prefer: handling=strict, or incomplete_buyers = "refuse" in '
        "the company file.",
        strict="buyer_field_missing",
    ),
    WarningEntry(
        "remembered",
        "El documento dice «{value}» como {what}: la solicitud no lo trae y se tomó del registro de clientes de la "
        "empresa. Envíe el dato si ya es otro.",
        "The company's own record of the customer, kept from earlier requests, completes the request.",
        "Send the field to change document and record. The operator empties a field with ocote customer clear.",
    ),
    WarningEntry(
        "buyer_without_number",
        "La solicitud no trae NIT, DUI ni otro documento del cliente, y MH exige uno: la exportación dice «Otro» con "
        "el número {value}.",
        "An export invoice names an identity document of the buyer. A buyer abroad may have neither NIT nor DUI.",
        "Send nit or dui where the buyer has one, else document_type and document_number, such as those of a passport.",
    ),
    WarningEntry(
        "company_setting_used",
        "La solicitud no trae {what}: el documento lleva «{value}», de la configuración de la empresa.",
        "The table [export] of the company file says what an export has whose request is silent.",
        "Send the field when this export is different.",
    ),
    WarningEntry(
        "field_left_out",
        "El documento no lleva {what}: {why}.",
        "The document cannot say what the field says, by MH's schema or by the rules of its type.",
        "Leave the field out, or send it in the form that the message asks for.",
        strict="field_not_in_document",
    ),
    WarningEntry(
        "name_not_cancellable",
        "El nombre {whose} tiene {length} caracteres, y el evento que invalida según la normativa v1.x exige de 5 a "
        "200: mientras rija, el documento se invalidaría con el evento de la v2.0, que el Ministerio de Hacienda puede "
        "no recibir todavía. Envíe el nombre completo.",
        "The event that cancels a document repeats the name of its other party, and MH's schema of the event in "
        "Normativa v1.x takes no name of fewer than 5 or more than 200 characters.",
        "Send the full name. A CCF can also be undone with a credit note.",
    ),
    WarningEntry(
        "stated_amounts_changed",
        "La nota {control_number} dijo otros datos de este CCF de otro sistema (fecha, montos, número de control o "
        "cliente); cuenta lo que dice esta solicitud.",
        "Two notes on a CCF that was not issued here state another date, control number or customer of it, or other "
        "amounts. The latest word counts for the limit of its notes.",
        "Compare what you send with the CCF. A note that states something wrong stays valid as long as MH takes it.",
    ),
)
