"""Faults of the fiscal rules: amounts and persons that no document may hold; ``ocote.dte`` words the messages."""

from ocote.errors.entry import Entry


def _fiscal(code: str, message: str, cause: str, remedy: str, advice: str = "") -> Entry:
    return Entry(code, "fiscal", 400, message, cause, remedy, advice)


FISCAL = (
    _fiscal(
        "invalid_nit",
        "El NIT debe tener 14 dígitos, o los 9 del DUI homologado. / El dígito verificador del NIT no es correcto.",
        "Without hyphens the number has another length, holds letters, or its check digit is wrong, most often because "
        "one digit is mistyped.",
        "Compare the number with the taxpayer's card; send it with or without hyphens.",
    ),
    _fiscal(
        "invalid_dui",
        "El DUI debe tener 9 dígitos. / El dígito verificador del DUI no es correcto.",
        "Without its hyphen the number has another length, holds letters, or its check digit is wrong.",
        "Compare the number with the card; send it with or without the hyphen.",
    ),
    _fiscal(
        "invalid_nrc",
        "El NRC debe tener de 2 a 8 dígitos.",
        "The VAT registration number holds letters or has too few or too many digits.",
        "Compare the number with the registration card; send it with or without the hyphen.",
    ),
    _fiscal(
        "no_lines",
        "El documento debe tener al menos una línea.",
        "The list of lines is empty.",
        "Send at least one line.",
    ),
    _fiscal(
        "too_many_lines",
        "El documento admite hasta 2000 líneas.",
        "A document holds up to 2,000 lines.",
        "Split the operation into several documents.",
    ),
    _fiscal(
        "too_many_decimals",
        "El valor tiene más decimales de los que admite el documento.",
        "A quantity has more than 8 decimals, or an amount more than 2.",
        "Round the value in your system.",
    ),
    _fiscal(
        "quantity_out_of_range",
        "La cantidad debe ser mayor que cero y menor que 100,000,000,000.",
        "The quantity is outside the range that MH accepts.",
        "Check the unit of the quantity.",
    ),
    _fiscal(
        "price_out_of_range",
        "El precio debe ser mayor que cero y menor que 100,000,000,000.",
        "The price is outside the range that MH accepts.",
        "Check the unit of the price.",
    ),
    _fiscal(
        "discount_out_of_range",
        "El descuento debe estar entre 0 y 99 por ciento.",
        "The discount is negative or above 99 per cent.",
        "Send a percentage from 0 to 99.",
    ),
    _fiscal(
        "line_rounds_to_zero",
        "El monto de la línea se redondea a cero con 8 decimales.",
        "Quantity times price is so small that it rounds to zero.",
        "Join the line with another line, or correct the quantity.",
        "Corrija la cantidad o el precio, o una la línea con otra.",
    ),
    _fiscal(
        "line_too_large",
        "El monto de la línea alcanza los 100,000,000,000.00.",
        "Quantity times price is larger than MH accepts.",
        "Check quantity and price; if both are right, split the operation.",
        "Revise la cantidad y el precio; si son correctos, divida la operación en varios documentos.",
    ),
    _fiscal(
        "total_too_small",
        "El total del documento es menor que 0.01.",
        "The lines add up to less than one cent.",
        "Correct quantities and prices; a document is worth at least one cent.",
        "Corrija las cantidades o los precios: un documento vale al menos un centavo.",
    ),
    _fiscal(
        "total_too_large",
        "El total del documento alcanza los 100,000,000,000.00.",
        "MH accepts no amount of 100,000,000,000.00 or more: the lines, before or after the discount on the document, "
        "or a tax, or the charges add up to it.",
        "Split the operation into several documents.",
        "Revise las cantidades y los precios; si son correctos, divida la operación en varios documentos.",
    ),
    _fiscal(
        "discount_total_too_large",
        "Los descuentos del documento suman 100,000,000,000.00 o más.",
        "MH limits the sum of all discounts of a document, even when the remaining total is small.",
        "Lower the price instead of giving a discount, or split the operation into several documents.",
    ),
    _fiscal(
        "discount_too_large",
        "El descuento es mayor que aquello que descuenta.",
        "discount_amount of a line is above quantity times price, or that of the document above its sales.",
        "Lower the discount.",
    ),
    _fiscal(
        "discount_takes_all",
        "El descuento se lleva todo el monto de la línea, y una línea vale algo.",
        "A discount leaves nothing of its line, or less than one cent of the document. No line and no document of MH "
        "is worth zero.",
        "Lower the discount, or leave out what is given away.",
    ),
    _fiscal(
        "tax_amount_differs",
        "El monto enviado no es el que resulta de la tasa del tributo.",
        "A tax with a rate of its own (59, 71, and D1 and C8 by the gallon) was sent with an amount that is more than "
        "0.01 away from what the rate gives, for the line or with the other lines of the tax. MH computes it anew and "
        "refuses the document.",
        "Send the amount that the message names, or the code alone.",
    ),
    _fiscal(
        "tax_quantity_not_whole",
        "El tributo 71 es de 7.00 por persona: la cantidad debe ser un número entero de personas.",
        "The line bears the tax 71, which is so much for each person, and its quantity has a fraction.",
        "Send the number of persons as quantity.",
    ),
    _fiscal(
        "tax_amount_missing",
        "El tributo necesita su monto.",
        "A tax was sent by its code alone, and no rate gives its amount: only 59 and 71, and D1 and C8 by the gallon "
        "(unit 22), are computed.",
        'Send {"code": …, "amount": …}.',
    ),
    _fiscal(
        "taxes_exceed_line",
        "Los tributos incluidos alcanzan el monto de la línea.",
        "With taxes_included the taxes are inside the price, and nothing is left of the line without them.",
        "Check the amounts of the taxes, or leave taxes_included out.",
    ),
    _fiscal(
        "charge_without_sale",
        "necesita al menos una línea vendida en lines",
        "Charges and tips stand beside a sale and never alone.",
        "Send the lines of the sale too.",
    ),
    _fiscal(
        "charge_exceeds_total",
        "Los créditos dejan el total a pagar por debajo de cero.",
        "The credits in charges are larger than what is to be paid, and no document has a negative total.",
        "Lower the credits; what is owed to the buyer is settled apart.",
    ),
    _fiscal(
        "withholding_without_base",
        "El comprador no puede retener 1 % donde nada está gravado, o donde no llega a un centavo.",
        "withholding is vat_1, and the document has no taxed sale, or one so small that 1 % of it rounds to 0.00.",
        "Leave withholding out.",
    ),
    _fiscal(
        "income_tax_too_large",
        "La retención de renta pasa de lo vendido sin IVA, o del 25 % de una compra.",
        "income_tax_withheld is above the net amount of the sale, or above 25 % of a purchase (14), which is the "
        "highest rate of the law (Código Tributario 158-A).",
        "Correct the amount.",
    ),
    _fiscal(
        "collection_only_goods",
        "La percepción de 1 % es sobre bienes.",
        "vat_collection was sent for a sale with services (Código Tributario 163).",
        "Leave vat_collection out, or sell goods and services apart.",
    ),
    _fiscal(
        "collection_buyer_large",
        "A un gran contribuyente no se le cobra la percepción de 1 %.",
        "vat_collection was sent for a buyer with type_contributor 3.",
        "Leave vat_collection out.",
    ),
    _fiscal(
        "collection_below_threshold",
        "La percepción de 1 % es desde 100.00 sin IVA.",
        "vat_collection was sent for a sale whose taxed amount is below 100.00.",
        "Leave vat_collection out.",
    ),
    _fiscal(
        "net_prices_not_here",
        "Solo un crédito fiscal (03) admite precios sin IVA.",
        "prices_include_vat is false in an invoice, whose prices always include VAT.",
        "Send prices with VAT.",
    ),
    _fiscal(
        "payments_total_differs",
        "Los pagos no suman el total a pagar.",
        "The amounts of payments do not add up to amount_payable, or leave nothing for the payment without amount.",
        "Correct the amounts, or leave one out: it takes the rest. A dry run shows amount_payable.",
    ),
    _fiscal(
        "transaction_condition_differs",
        "La condición de la operación no es la que dan los pagos.",
        "transaction_condition says another condition than the terms of payments: 1 without any, 2 when all payments "
        "have one, 3 when some have.",
        "Send that condition, or leave the field out.",
    ),
    _fiscal(
        "receiver_not_identified",
        "El documento exige identificar al cliente por su monto.",
        "From 25,000.00 on, or from 1,095.00 on in Normativa v1.x, an invoice must name its buyer and an identity "
        "document.",
        "Send customer with name and nit or dui, or with document_type and document_number.",
    ),
    _fiscal(
        "receiver_incomplete",
        "Faltan datos del cliente que este documento exige.",
        "The document type needs data of the buyer that are neither in the request nor in the company's records.",
        "Send the field that the message names.",
    ),
    _fiscal(
        "address_abroad",
        "La normativa v1.x no admite una dirección en el departamento 00 (extranjero) en este documento.",
        "The schemas of Normativa v1.x for the types 03, 05 and 14 admit only the 14 departments of the country; an "
        "invoice 01 of v1.x leaves the address out, and v2.0 takes department 00.",
        "Send the person's address in El Salvador, or leave department, municipality and district out.",
    ),
    _fiscal(
        "unknown_activity",
        "La actividad económica no existe en el catálogo CAT-019 de MH.",
        "The code is not in the catalog of economic activities.",
        "Look the code up with GET /catalogs/activities?search=….",
    ),
    _fiscal(
        "contingency_reason_length",
        "El motivo de contingencia es demasiado largo o falta.",
        "A contingency of kind 5 has a reason, whose length MH limits.",
        "The operator shortens the reason.",
    ),
    _fiscal(
        "export_terms_missing",
        "La exportación necesita país de destino y tipo de ítem.",
        "Neither the request nor the company's settings name the country of the export.",
        "Send country and item_type, or fill the table [export] of the company file.",
    ),
    _fiscal(
        "export_code_unknown",
        "no es un código que este campo admita: es del catálogo {catalog} de MH, en GET /api/connect/catalogs/{listed}",
        "Country (CAT-020), item type (CAT-011), person type (CAT-029), customs office (CAT-027), regime type "
        "(CAT-033), regime (CAT-028) or INCOTERM (CAT-031) is not in MH's catalog.",
        "Look the code up with the call that the message names, such as GET /catalogs/countries. An INCOTERM may be "
        "sent by its three letters too.",
    ),
    _fiscal(
        "export_regime_type_mismatch",
        "El tipo de régimen no corresponde con el régimen de exportación.",
        "The first digit of a regime (CAT-028) gives its type (CAT-033): 1 is EX-1, 2 EX-2, 3 EX-3 and 0 TA-1.",
        "Send the regime_type of the regime, or leave regime_type out: the gateway derives it from the regime.",
    ),
    _fiscal(
        "export_charge_out_of_range",
        "El flete o el seguro debe estar entre 0 y 99,999,999,999.99, con 2 decimales como máximo.",
        "Freight or insurance is negative, too large, or has more than 2 decimals.",
        "Send an amount in USD with up to 2 decimals.",
    ),
    _fiscal(
        "note_exceeds_voucher",
        "La nota supera lo que queda por ajustar del CCF.",
        "The notes on a CCF may not add up to more than the CCF itself, to the cent, in any kind of sale, tax or "
        "charge. The message names what is too much and what is left.",
        "Lower the amounts; GET /credit-memo/status shows earlier notes. A charge goes back under the description that "
        "it has in the CCF.",
    ),
    _fiscal(
        "invalidation_reason_unknown",
        "El motivo debe ser 1 (error), 2 (rescisión) o 3 (otro).",
        "The reason is not in CAT-024.",
        "Send 1, 2 or 3.",
    ),
    _fiscal(
        "invalidation_note_length",
        "La explicación de la invalidación falta o pasa de su largo.",
        "Reason 3 needs a note, whose length MH limits.",
        "Send note with 5 to 250 characters in the event of Normativa v1.x, with 1 to 200 in that of v2.0.",
    ),
    _fiscal(
        "replacement_missing",
        "Este motivo exige el documento que reemplaza al invalidado.",
        "Reasons 1 and 3 need a stamped document that replaces the cancelled document, except for credit notes.",
        "Issue the right document first and name it in replacement.",
    ),
    _fiscal(
        "replacement_not_allowed",
        "Este motivo o tipo de documento no admite un reemplazo.",
        "Reason 2 takes no replacement, and credit notes never take a replacement.",
        "Leave replacement out, or choose reason 1 or 3.",
    ),
    _fiscal(
        "person_name_length",
        "El nombre de la persona falta o pasa de su largo.",
        "MH limits the length of the names of persons in an event.",
        "Send a name of 5 to 100 characters.",
    ),
    _fiscal(
        "person_document_length",
        "El número de documento de la persona debe tener al menos 3 caracteres.",
        "The event of Normativa v1.x takes no identity document of fewer than 3 characters; the event of v2.0 does.",
        "Send the whole number; for the responsible person the operator corrects the company file.",
    ),
    _fiscal(
        "seller_registered",
        "El registro de clientes de la empresa muestra un NRC para esta persona, así que no es sujeto excluido; pídale "
        "un comprobante de crédito fiscal.",
        "The company's own records show a VAT registration number for this person, and type 14 is for persons "
        "without such a number.",
        "Ask the seller for a CCF. If the registration has ended, the operator removes it with `ocote customer clear`.",
    ),
    _fiscal(
        "income_tax_missing",
        "Una línea es bien y servicio a la vez: diga en income_tax_withheld cuánta renta se retiene, o divídala.",
        "A purchase (14) has a line with item_kind both. Income tax is withheld from services alone, and only the "
        "buyer knows which part of the line is a service.",
        "Send income_tax_withheld, which may be 0, or send goods and service as two lines.",
    ),
    _fiscal(
        "income_tax_reason_missing",
        "La renta retenida no es el 10 % de los servicios; diga por qué en income_tax_reason.",
        "income_tax_withheld of a purchase (14) is not the 10 % that the law sets for services of a person who is "
        "domiciled. MH's form F-14 takes only the exact percentage of the law, so that the document says why it is "
        "another one.",
        "Correct the amount, or send income_tax_reason, which the document states among its remarks.",
    ),
    _fiscal(
        "remarks_too_long",
        "Junto con el motivo de la retención de renta las observaciones no caben en el documento.",
        "A document holds 3,000 characters of remarks, and those of a purchase (14) end with income_tax_reason.",
        "Shorten remarks or income_tax_reason.",
    ),
    _fiscal(
        "party_is_issuer",
        "El {number} es el de la propia empresa, que no puede ser la otra parte de este documento.",
        "The buyer of a CCF or the seller of a purchase has the NIT, the DUI or the NRC of the company that issues the "
        "document. MH refuses a CCF of a company to itself with code 007.",
        "Send the number of the buyer or seller. What the company takes for its own use is documented with an invoice "
        "01, which may name the company itself.",
    ),
    _fiscal(
        "buyer_field_missing",
        "Falta {what}: este documento no existe sin ese dato, y se pidió no completarlo con otro.",
        "MH takes no document of this type without the field. The gateway fills it in when the request does not have "
        "it, except in strict handling (Prefer: handling=strict) and for a company with incomplete_buyers = "
        '"refuse" in its file.',
        "Send the field that the fault names.",
    ),
    _fiscal(
        "field_not_in_document",
        "El documento no puede llevar {what}: {why}. Corrija u omita el campo.",
        "The request has strict handling (Prefer: handling=strict), and the document cannot say what the field says. "
        "Without strict handling the document is issued without it and the answer has the warning field_left_out.",
        "Leave the field out, or send it in the form that the message asks for.",
    ),
    _fiscal(
        "mh_schema",
        "El documento no cumple el esquema oficial de MH.",
        "The operator has put MH's schema files in OCOTE_MH_SCHEMA_DIR, and the finished document does not meet them. "
        "The field is a path in MH's JSON.",
        "Correct the value that the field names; tell the operator when the request looks right.",
    ),
)
