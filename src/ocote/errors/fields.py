"""Faults of single fields of a request, whose message follows the path of the field."""

from ocote.errors.entry import Entry


def _field(code: str, message: str, cause: str, remedy: str) -> Entry:
    return Entry(code, "fields", 400, message, cause, remedy)


FIELDS = (
    _field(
        "field_required",
        "es obligatorio",
        "A required field is absent or null. Where it was likely sent under another name, the message says so.",
        "Send the field.",
    ),
    _field(
        "field_not_taken",
        "no se tomaría en cuenta: {why}",
        "In strict handling (Prefer: handling=strict) nothing is ignored: the body has a value that this endpoint does "
        "not read, or that has no effect on a cancellation whose event is signed already or that is made by a credit "
        "note. Without strict handling the value is ignored, with the warning field_ignored.",
        "Correct or remove the field, or leave strict handling out.",
    ),
    _field(
        "parameter_not_taken",
        "no se tomaría en cuenta: {why}",
        "In strict handling (Prefer: handling=strict) nothing is ignored: the URL has a parameter that this endpoint "
        "does not read. Without strict handling the parameter is ignored, with the warning parameter_ignored where an "
        "answer has a place for warnings.",
        "Correct or remove the parameter, or leave strict handling out.",
    ),
    _field(
        "field_empty",
        "no puede estar vacío",
        "The text is empty or only blanks. Leave out an optional field that is not needed; do not send it empty.",
        "Leave the field out, or send its value.",
    ),
    _field("object_expected", "debe ser un objeto", "The value is not a JSON object.", "Send an object."),
    _field("list_expected", "debe ser una lista", "The value is not a JSON array.", "Send an array."),
    _field(
        "text_expected",
        "debe ser un texto",
        "The value is a number, a boolean, an object or an array. Codes and identity numbers are texts, because their "
        "leading zeros count. The message says what was seen.",
        "Send the value between quotes.",
    ),
    _field(
        "boolean_expected",
        "debe ser true o false",
        "The value is not a JSON boolean.",
        "Send true or false without quotes.",
    ),
    _field(
        "number_expected",
        "debe ser un número",
        "The value is a boolean, an object or an array.",
        "Send a plain JSON number.",
    ),
    _field(
        "integer_expected",
        "debe ser un número entero",
        "The value is not a whole number.",
        "Send a whole JSON number.",
    ),
    _field(
        "number_not_plain",
        "debe ser un número decimal simple, sin moneda, separadores de miles ni exponente",
        "A number sent as text has a currency sign, a thousands separator, a decimal comma, a blank or an exponent.",
        "Send a plain number such as 1234.50, best as a JSON number.",
    ),
    _field(
        "number_too_large",
        "debe ser menor que {limit}",
        "The number is larger than the tax authority admits.",
        "Check the unit of the value; if the value is right, split the operation.",
    ),
    _field(
        "number_too_many_decimals",
        "admite como máximo {limit} decimales",
        "The value has more decimals than the field takes: 2 for amounts and discounts, 8 for quantities and prices of "
        "lines. The gateway never rounds input silently.",
        "Round the value in your system by the rule of your business.",
    ),
    _field(
        "number_negative",
        "no puede ser negativo",
        "The amount is below zero.",
        "Send zero or a positive amount.",
    ),
    _field(
        "text_too_long",
        "no puede tener más de {limit} caracteres",
        "The text is longer than the document admits.",
        "Shorten the text. A reference has 100 characters at most, because it is part of URLs.",
    ),
    _field(
        "text_too_short",
        "debe tener al menos {limit} caracteres",
        "The text is shorter than the field needs.",
        "Send the whole value.",
    ),
    _field(
        "text_control_character",
        "no puede contener caracteres de control",
        "The text holds a character such as NUL, BEL or ESC. Only descriptions, addresses and the note of a "
        "cancellation may hold line breaks and tabs.",
        "Remove control characters from the value.",
    ),
    _field(
        "text_direction_control",
        "no puede contener caracteres que cambian la dirección de lectura",
        "The text holds one of the twelve characters of Unicode's Bidi_Control: U+061C, U+200E, U+200F, U+202A to "
        "U+202E, U+2066 to U+2069. They often come from a copied telephone number. With them a document would be read "
        "in another order than it was signed.",
        "Remove these characters.",
    ),
    _field(
        "text_invisible",
        "no tiene ningún carácter visible",
        "The text consists of characters that show nothing, such as U+200B or U+3164.",
        "Send a text that can be read, or leave an optional field out.",
    ),
    _field(
        "text_invisible_character",
        "no puede contener caracteres que no se ven ({characters})",
        "A reference holds characters that show nothing, such as U+200B or U+FEFF, so that two references that look "
        "alike would be two documents. Elsewhere such characters are taken out; in strict handling they are refused.",
        "Remove the characters that the message names; they often come from a copied text.",
    ),
    _field(
        "reference_lookalike",
        "debe llevar espacios comunes y las letras con su tilde en un solo carácter (forma NFC de Unicode)",
        "A reference holds a no-break or another unusual blank, or letters with their accents apart (NFD), so that two "
        "references that look the same would be two documents.",
        "Normalize references to NFC in your system, and write plain blanks.",
    ),
    _field(
        "text_too_many_breaks",
        "no puede tener más de {limit} saltos de línea",
        "The text has more line breaks than the field takes: 50 in a description, 10 in an address or a note. Texts "
        "are printed as they are sent, blank lines included.",
        "Remove blank lines, or join lines.",
    ),
    _field(
        "doc_type_not_here",
        'debe ser "01" (factura), "03" (crédito fiscal) o "11" (exportación)',
        "This endpoint issues invoices (01), CCF (03) and export invoices (11).",
        "Use /credit-memo for 05 and /suex for 14.",
    ),
    _field(
        "lines_empty",
        "debe tener al menos una línea",
        "The list of lines is empty.",
        "Send at least one line.",
    ),
    _field(
        "lines_too_many",
        "admite como máximo {limit} líneas",
        "A document holds up to 2,000 lines (contract D2, rules of the tax authority).",
        "Split the operation into several documents.",
    ),
    _field(
        "lines_too_long_in_print",
        "ocuparían más de {limit} renglones impresos: quite saltos de línea o repártalas en varios documentos",
        "The descriptions of all lines together would fill some 400 pages. Each counts one line, one more for each "
        "line break, and one more for each 60 characters; without line breaks the limit is never reached.",
        "Remove line breaks, or split the operation into several documents.",
    ),
    _field(
        "line_quantity_not_positive",
        "debe ser mayor que cero",
        "The quantity is zero or negative.",
        "Send a positive quantity; a return is a credit note or an invalidation.",
    ),
    _field(
        "line_unit_price_not_positive",
        "debe ser mayor que cero",
        "The unit price is zero or negative.",
        "Send a positive price; use discount_percentage for a reduction.",
    ),
    _field(
        "line_discount_out_of_range",
        "debe estar entre 0 y 99",
        "The discount is negative or above 99 per cent.",
        "Send a percentage from 0 to 99.",
    ),
    _field(
        "payment_method_unknown",
        "no es una forma de pago del catálogo CAT-017 de MH, en GET /api/connect/catalogs/payment-methods",
        "The code is not one of 01, 02, 03, 04, 05, 08, 09, 11, 12, 13, 14, 99.",
        "Send one of these codes as text.",
    ),
    _field(
        "transaction_condition_unknown",
        "debe ser 1 (contado), 2 (crédito) o 3 (otro)",
        "The condition of the operation is not in CAT-016.",
        "Send 1, 2 or 3.",
    ),
    _field(
        "deadline_unknown",
        "debe ser 1 (días), 2 (meses) o 3 (años)",
        "deadline is the unit of the credit term (CAT-018), not a count of days.",
        "Send the unit in deadline and the count in period.",
    ),
    _field(
        "period_not_positive",
        "debe ser un entero de 1 a {limit}",
        "period is the number of units of the credit term, from 1 to 9,999.",
        "Send a whole number from 1 to 9999; for a longer term send a larger unit in deadline.",
    ),
    _field(
        "field_not_here",
        "solo existe en documentos de tipo {types}",
        "Other types of document have the field, and this one would not say what the field says. New fields are "
        "refused where they have no place, and never ignored.",
        "Leave the field out, or issue a document of a type that the message names.",
    ),
    _field(
        "list_too_long",
        "admite como máximo {limit} elementos",
        "The list has more elements than the field takes: 100 charges, and no more taxes than CAT-015 has.",
        "Join elements, or split the operation into several documents.",
    ),
    _field(
        "amount_not_positive",
        "debe ser un monto mayor que cero",
        "The amount is zero or negative.",
        "Send a positive amount, or leave out what is worth nothing.",
    ),
    _field(
        "discount_twice",
        "no puede enviarse junto a discount_percentage",
        "A discount is a percentage or an amount. Both were sent, for the document or for one line.",
        "Send discount_percentage or discount_amount. One discount of a line and one of the document may stand "
        "together.",
    ),
    _field(
        "sale_kind_unknown",
        'debe ser "taxed" (gravada), "exempt" (exenta) o "not_subject" (no sujeta)',
        "The kind of sale of a line has another value.",
        "Send one of the three texts, or leave the field out for a taxed line.",
    ),
    _field(
        "sale_kind_not_here",
        "no existe en una exportación, cuyas líneas van todas gravadas al 0 %",
        "An export invoice has neither exempt lines nor lines that are not subject to VAT.",
        "Leave sale_kind out for type 11.",
    ),
    _field(
        "item_kind_unknown",
        'debe ser "goods" (bienes), "service" (servicios) o "both" (ambos)',
        "The kind of item has another value.",
        "Send one of the three texts.",
    ),
    _field(
        "item_kind_contradicted",
        "contradice item_kind, que dice {kind}",
        "is_service true is short for item_kind service, and both were sent with different meanings.",
        "Send only one of the two fields.",
    ),
    _field(
        "unit_unknown",
        "no es una unidad de medida del catálogo CAT-014 de MH, en GET /api/connect/catalogs/units",
        "The number is not a unit of CAT-014.",
        "Look the number up with GET /catalogs/units; 59 is a piece, 22 a gallon, 99 anything else.",
    ),
    _field(
        "tax_unknown",
        "no es un tributo del catálogo CAT-015 de MH, en GET /api/connect/catalogs/taxes",
        "The code is not in the catalog of taxes.",
        "Look the code up with GET /catalogs/taxes and send it as text.",
    ),
    _field(
        "tax_automatic",
        "no se envía: el IVA lo pone ocote en toda línea gravada",
        "20 (VAT) and C3 (VAT of exports) were sent as taxes of a line.",
        "Leave them out; sale_kind says whether a line is taxed.",
    ),
    _field(
        "tax_not_here",
        "no puede llevar el tributo {tax} en este documento",
        "The tax belongs to other types of document, is a line of its own (special_tax), or is kept for MH (D4).",
        "Leave the tax out, or send a tax of section 2 as special_tax.",
    ),
    _field(
        "tax_repeated",
        "lleva dos veces el tributo {tax}",
        "A line names the same tax twice.",
        "Name each tax once, with the sum of its amounts.",
    ),
    _field(
        "tax_on_untaxed_line",
        "no puede enviarse en una línea exenta o no sujeta",
        "Only taxed lines bear taxes.",
        "Leave the taxes out, or leave out sale_kind.",
    ),
    _field(
        "special_tax_unknown",
        "no es un tributo de la sección 2 del catálogo CAT-015: use A8, 57, 90 o A6, y antes de "
        "la normativa v2.0 también D5 o 25",
        "special_tax is a tax that is a line of its own; the code is none of them.",
        "Send such a code; other taxes go into taxes.",
    ),
    _field(
        "charge_zero",
        "no puede ser cero",
        "A charge of 0.00 changes nothing.",
        "Send an amount above zero for a charge, below zero for a credit, or leave the charge out.",
    ),
    _field(
        "withholding_unknown",
        'debe ser "auto", "none" o "vat_1"',
        "The way of withholding has another value.",
        "Send one of the three texts, or leave the field out for the usual rule.",
    ),
    _field(
        "payments_and_payment_method",
        "no puede enviarse junto a payments",
        "payments says method and term of each payment; payment_method, deadline and period are those of a single one.",
        "Send payments, or the other fields. transaction_condition may stand beside both.",
    ),
    _field(
        "payments_rest_twice",
        "admite un solo pago sin amount, que toma el resto",
        "Two payments have no amount.",
        "Send the amounts of all payments but one.",
    ),
    _field(
        "payments_too_many",
        "admite como máximo {limit} pagos",
        "A document of the gateway has 100 payments at most.",
        "Join payments of one method.",
    ),
    _field(
        "payment_reference_not_here",
        "no existe en un pago en billetes y monedas (payment_method 01)",
        "MH takes no reference for notes and coins.",
        "Leave the reference out, or correct the method.",
    ),
    _field(
        "payment_term_incomplete",
        "es obligatorio junto a {sent}",
        "The term of a payment on credit has a unit (deadline) and a count (period), and one of them is missing.",
        "Send both, or none for a payment at once.",
    ),
    _field(
        "type_contributor_unknown",
        "debe ser 1 (pequeño), 2 (mediano), 3 (grande) o 4 (gobierno)",
        "The kind of taxpayer, which decides the withholding, is not one of its four values.",
        "Send 1, 2, 3 or 4.",
    ),
    _field(
        "activity_code_unknown",
        "no es una actividad económica del catálogo CAT-019 de MH, en GET /api/connect/catalogs/activities?search=…",
        "The code is not in the catalog of economic activities.",
        "Look the code up with GET /catalogs/activities?search=….",
    ),
    _field(
        "department_unknown",
        "no es un departamento del catálogo CAT-012 de MH, en GET /api/connect/catalogs/departments",
        "The value is neither one of 01 to 14, or 00 for foreigners, nor the name of a department.",
        "Look the code up with GET /catalogs/departments.",
    ),
    _field(
        "department_missing",
        "es obligatorio cuando municipality no basta para saber el lugar",
        "The short code of a municipality has a different meaning in each department, and a name may be of several "
        "places.",
        "Send department too, or the four-digit code of the municipality.",
    ),
    _field(
        "municipality_missing",
        "es obligatorio cuando se envía department",
        "A department without a municipality is not an address.",
        "Send municipality too, or only district.",
    ),
    _field(
        "municipality_unknown",
        "no es un municipio del departamento {department} en el catálogo CAT-013 de MH",
        "The code or the name does not exist in this department.",
        "Look the code up with GET /catalogs/departments.",
    ),
    _field(
        "municipality_name_unknown",
        "no es un municipio del catálogo CAT-013 de MH",
        "No municipality of the 44 has this name.",
        "Look the name up with GET /catalogs/departments, or send the district.",
    ),
    _field(
        "municipality_old",
        "El código {code} era el del antiguo municipio {name}; desde 2024 es el distrito {code} del municipio "
        "{municipality} ({municipality_name}). En su lugar indique district «{district}».",
        "Code or name are of one of the 262 municipalities that became districts in May 2024; the catalog now has 44 "
        "municipalities.",
        "Send the municipality and the district that the message names, or only the district.",
    ),
    _field(
        "district_unknown",
        "no es un distrito del catálogo CAT-008 de MH, en GET /api/connect/catalogs/districts/search?search=…",
        "The value is neither the UUID, nor the code, nor the name of a district.",
        "Look the code up with GET /catalogs/districts/search?search=….",
    ),
    _field(
        "district_ambiguous",
        "puede ser {places}; envíe el código de cuatro dígitos, o department además",
        "Several districts have this name, in different departments.",
        "Send one of the codes of the message, or the department too.",
    ),
    _field(
        "district_elsewhere",
        "no está en ese department; con ese nombre solo está {places}",
        "The name is of a district of another department than the one that was sent beside it.",
        "Correct the department, or leave it out: the district settles it.",
    ),
    _field(
        "email_malformed",
        "no es un correo electrónico válido",
        "The address does not have the form name@domain, or the tax authority's schema would refuse it.",
        "Correct the address or leave the field out.",
    ),
    _field(
        "emails_expected",
        "debe ser un correo electrónico, varios separados por comas, o una lista de ellos",
        "The value is neither a text nor an array of texts.",
        "Send the address between quotes, or an array of addresses.",
    ),
    _field(
        "emails_malformed",
        "tiene un correo electrónico no válido: el número {position}",
        "One of several addresses does not have the form name@domain; the message says which, counted from 1.",
        "Correct or remove that address; separate addresses by commas, or send an array of texts.",
    ),
    _field(
        "emails_beyond_limit",
        "admite {limit} correos electrónicos a lo sumo",
        "The field has more addresses than one request may mail to.",
        "Send fewer addresses; the document can be mailed to others afterwards.",
    ),
    _field(
        "ccf_customer_missing",
        "es obligatorio para un crédito fiscal",
        "A CCF names its buyer.",
        "Send customer with name, nit, nrc and type_contributor, or issue an invoice (01).",
    ),
    _field(
        "ccf_customer_field_missing",
        "es obligatorio para un crédito fiscal",
        "A CCF needs name, nit, nrc and type_contributor of its buyer.",
        "Send the field; a buyer without NRC gets an invoice (01).",
    ),
    _field(
        "path_malformed",
        "no está bien codificado en el URL: use UTF-8 con codificación de porcentaje (á es %C3%A1, % es %25)",
        "In the path or in a parameter, a percent sign is not followed by two hexadecimal digits, or the bytes are not "
        "UTF-8, most often Latin-1 (%E1).",
        "Percent-encode references and values as UTF-8: a percent sign is %25, a slash %2F, á %C3%A1.",
    ),
    _field(
        "header_not_utf8",
        "no es UTF-8 válido",
        "The header holds bytes that are not UTF-8, most often text in Latin-1 or Windows-1252.",
        "Encode the header's value as UTF-8, or send the reference as external_ref in the body.",
    ),
    _field(
        "dry_run_misspelled",
        "no pide un ensayo, y no se hizo nada: un ensayo se pide con ?dry_run=true en el URL, y solo al emitir (POST "
        "/invoice, /credit-memo y /suex)",
        "A parameter of the URL was likely meant to be dry_run, or the body asks for a trial under such a name "
        "(dry_run, dryRun, simular), which only the URL can do. Were it ignored like other unknown names, a trial "
        "would become a document.",
        "Send dry_run=true in the URL for a trial, or leave the name out.",
    ),
    _field(
        "dry_run_not_here",
        "solo existe al emitir (POST /invoice, /credit-memo y /suex); no se hizo nada: repita la llamada sin dry_run "
        "si quiere que se ejecute",
        "This endpoint cannot run without effect, therefore it refuses the parameter instead of ignoring it.",
        "Repeat the call without dry_run to execute it.",
    ),
    _field(
        "file_type_missing",
        "es obligatorio: use ticket, invoice o json",
        "The URL does not name the type of file.",
        "Add ?type=ticket, ?type=invoice or ?type=json.",
    ),
    _field(
        "query_value_unknown",
        "debe ser uno de: {allowed}",
        "A parameter of the URL has a value that this endpoint does not admit.",
        "Send one of the values that the message lists.",
    ),
    _field(
        "month_unknown",
        "debe ser un mes AAAA-MM, de {first} a {last}",
        "The value is not a month of the calendar, or is before 2000 or after 2199.",
        "Send a month such as 2026-06.",
    ),
    _field(
        "folio_out_of_range",
        "debe ser un número de folio de 1 a {limit}",
        "The first folio of a printed book is a whole number that continues the folios of the month before.",
        "Send the number that follows the last folio of the month before, or leave the parameter out for 1.",
    ),
    _field(
        "purchase_kind_mismatch",
        "no corresponde a purchase_class: 1 a 3 van con gasto (2), 4 a 7 con costo (1)",
        "The kinds 1 to 3 of annex 5 are expenses, and 4 to 7 are costs.",
        "Send a purchase_kind that goes with purchase_class.",
    ),
    _field(
        "subject_identity_missing",
        "es obligatorio: envíe dui o nit del sujeto excluido, o document_type y document_number",
        "A purchase names its seller by an identity document.",
        "Send subject.dui or subject.nit, or document_type and document_number of another document.",
    ),
    _field(
        "note_lines_and_full_adjustment",
        "no puede enviarse con full_adjustment en true",
        "A note for the whole CCF copies all lines of the CCF, so lines are sent for a partial note only.",
        "Send lines for a partial note, or full_adjustment for a note for the whole CCF.",
    ),
    _field(
        "document_type_unknown",
        "no es un tipo de documento de identificación del catálogo CAT-022 de MH",
        "The code is not 36 (NIT), 13 (DUI), 37 (other), 03 (passport) or 02 (residence card).",
        "Send one of these codes as text.",
    ),
    _field(
        "date_unknown",
        "debe ser una fecha AAAA-MM-DD que exista, de {first} a {last}",
        "The value is not a date of the calendar, or is before 2000 or after 2199.",
        "Send a date such as 2026-06-30, or leave the parameter out for a period without this bound.",
    ),
    _field(
        "date_range_reversed",
        "no puede ser anterior a date_from",
        "The last day is before the first day.",
        "Exchange the two dates.",
    ),
    _field(
        "page_size_out_of_range",
        "debe ser un entero de 1 a {limit}",
        "A page has 1 to 100 documents.",
        "Ask for at most 100 documents and follow next_cursor.",
    ),
    _field(
        "item_unknown",
        "no es un artículo de la empresa: envíe description y unit_price en la línea, o escriba el artículo "
        "{item_code} con PUT /items",
        "The line leaves description or unit_price out, and its code is no item of the company.",
        "Send both fields in the line, write the item first, or correct the code.",
    ),
    _field(
        "item_price_basis",
        "tiene en {source} {item_code} un precio que {item}, y el de esta línea {line}: envíe unit_price en la línea",
        "The price of an item is not converted: with VAT it fits taxed lines of a 01, and of a 03 or 05 whose prices "
        "include VAT; without VAT all other lines.",
        "Send unit_price in the line, or keep an item of its own for such documents.",
    ),
    _field(
        "item_sold_in_several_ways",
        "está en el CCF con descuento, de la línea o de todo el CCF, con varios precios o con varios textos: envíe "
        "description y unit_price en la línea",
        "A line of a credit note takes what the CCF says of the code. The CCF has several lines with this code that "
        "differ, a line with a discount, or a discount on the whole.",
        "Send description and unit_price in the line of the note.",
    ),
    _field(
        "item_tax_amount",
        "depende de la cantidad: en un artículo va solo el código del tributo, y el monto en la línea",
        "An item names its taxes by their codes. The amount of a tax belongs to a line with its quantity.",
        "Leave the amount out of the item. For a tax without a rate, send taxes with the amount in the line.",
    ),
    _field(
        "item_code_differs",
        "no es el código de la ruta; deje code fuera, o repita el mismo",
        "The body of PUT /items/{code} names another code than its path. To give an item another code, write it under "
        "the new one and delete the old one.",
        "Leave code out of the body, or send that of the path.",
    ),
    _field(
        "cursor_invalid",
        "no es un cursor de esta consulta",
        "The cursor was changed, belongs to another company or to other filters, or the gateway's secret key was "
        "replaced.",
        "Begin again without cursor, and send next_cursor unchanged with the same filters.",
    ),
    _field(
        "search_too_short",
        "debe tener al menos {limit} caracteres",
        "The search text is too short: it would match almost everything.",
        "Send more letters of the name.",
    ),
)
