"""Faults of notes on several CCFs, and on CCFs of other systems (wider-sales.md G18, rules.md 7)."""

from ocote.errors.entry import Entry


def _adjusted(code: str, message: str, cause: str, remedy: str) -> Entry:
    return Entry(code, "fields", 400, message, cause, remedy)


ADJUSTED = (
    _adjusted(
        "note_customer_missing",
        "es obligatorio en una nota sobre CCF de otros sistemas",
        "No CCF that was issued here says who the customer of the note is.",
        "Send customer with name, nit and nrc.",
    ),
    _adjusted(
        "note_customer_field_missing",
        "es obligatorio para el cliente en una nota sobre CCF de otros sistemas",
        "A note needs name, nit and nrc of its customer, which no CCF that was issued here says.",
        "Send the field. The homologated DUI of a natural person is the NIT: send it in nit.",
    ),
    _adjusted(
        "line_names_ccf_twice",
        "sobra: la línea nombra su CCF con document_id o con related, no con los dos",
        "A line or a charge of a note names its CCF by document_id and by related.",
        "Send document_id for a CCF that was issued here, or related for one of the list.",
    ),
    _adjusted(
        "full_adjustment_one_ccf",
        "solo va en una nota sobre un único CCF emitido aquí; quítelo: en otra nota, lines dice qué se ajusta de cada "
        "CCF",
        "full_adjustment cancels the CCF, which only a note on one CCF that was issued here can do.",
        "Leave it out and send lines that take everything back, or a note with full_adjustment for each own CCF.",
    ),
    _adjusted(
        "adjusted_amounts_missing",
        "es obligatorio: envíe amount_taxable, sin IVA (o amount_exempt, amount_not_subject), mayor que cero",
        "A CCF of another system is stated with the amounts of the whole CCF, less what notes of the other system took "
        "of it, on which the limit of the notes that are made here depends.",
        "Send the amounts after discounts and without VAT, as the summary of the CCF has them. Do not subtract notes "
        "that were made here.",
    ),
    _adjusted(
        "adjusted_vat_differs",
        "debe ser el 13 % de amount_taxable, {expected:f}, con 0.01 de diferencia como máximo; si el CCF suma varios "
        "redondeos, no envíe amount_vat, o envíe {expected:f}",
        "The VAT that is stated of a CCF does not go with its taxed amount. MH computes the VAT of a note from the "
        "sums of the note itself, so that roundings of the CCF do not count.",
        "Correct amount_taxable, or leave amount_vat out, or send 13 % of amount_taxable.",
    ),
    _adjusted(
        "adjusted_one_percent_differs",
        "debe ser el 1 % de amount_taxable, {expected:f}, con 0.01 de diferencia como máximo; si el CCF suma varios "
        "redondeos, envíe {expected:f}",
        "The 1 % that is stated as withheld or collected on a CCF does not go with its taxed amount. MH computes the "
        "1 % of a note from the sums of the note itself, so that roundings of the CCF do not count.",
        "Correct amount_taxable, or send 1 % of it; leave the field out where nothing was withheld or collected.",
    ),
    _adjusted(
        "adjusted_nothing_taxed",
        "solo va con ventas gravadas, y amount_taxable no se envió o es cero",
        "VAT, 1 % of VAT or taxes are stated of a CCF without taxed sales.",
        "Send amount_taxable, or leave the field out.",
    ),
    _adjusted(
        "adjusted_income_tax_too_large",
        "no puede pasar de las ventas del CCF, {limit:f}: amount_taxable, amount_exempt y amount_not_subject juntos",
        "The income tax that is stated as withheld on a CCF is more than its sales without VAT.",
        "Correct amount_income_tax, or the sales.",
    ),
    _adjusted(
        "control_number_on_paper",
        "sobra: un CCF en papel no lleva control_number; uno electrónico se nombra con generation_code, sin number",
        "A CCF is described with number, as one on paper, and with the control number of an electronic one.",
        "Leave control_number out, or send generation_code in place of number.",
    ),
    _adjusted(
        "number_is_electronic",
        "es el número de un documento electrónico: envíe generation_code; un CCF emitido aquí se nombra con "
        "document_id",
        "The number of a CCF on paper has the form of a generation code or of a control number, with or without its "
        "hyphens.",
        "Send generation_code for an electronic document of another system, and document_id for one of your own.",
    ),
    _adjusted(
        "paper_number_characters",
        "solo admite letras sin tilde, números, espacios sencillos, guiones, diagonales y puntos; lleva {characters}",
        "The number of a CCF on paper holds another character, such as a no-break blank, a full-width letter or an "
        "accent, so that two numbers that look alike would be two documents.",
        "Write the number with plain characters, always in one way.",
    ),
    _adjusted(
        "control_number_repeated",
        "es el número de control de otro CCF de esta nota; corrija uno de los dos",
        "Two CCFs of another system are described with one control number.",
        "Copy the control number from each CCF, or leave the field out.",
    ),
    _adjusted(
        "control_number_malformed",
        "debe ser el número de control de un CCF, como DTE-03-M001P001-000000000000012",
        "The value is not the control number of a document of type 03.",
        "Copy the number from the CCF, or leave the field out.",
    ),
    _adjusted(
        "adjusted_customers_differ",
        "debe ser de un solo cliente, y la nota nombra créditos fiscales de clientes distintos, {one} y {other}; haga "
        "una nota por cliente",
        "All CCFs of a note are of one customer. A customer that is sent beside an own CCF is that of the CCFs of "
        "other systems, and has the NIT and NRC of the buyer of the own one.",
        "Make one note for each customer, or correct customer.",
    ),
    _adjusted(
        "adjusted_issued_here",
        "es de la propia empresa: nombre el CCF {number} con document_id, sin sus montos",
        "A document is described as one of another system, and was issued here.",
        "Name it by document_id alone: its amounts are known.",
    ),
    _adjusted(
        "adjusted_principals_differ",
        "nombra créditos fiscales por cuenta de distintos mandantes, o de uno y de la propia empresa: {one} y {other}; "
        "haga una nota por mandante",
        "The CCFs of a note are on account of one principal, or all of the company's own sales.",
        "Make one note for each principal.",
    ),
    _adjusted(
        "adjusted_withholding_differs",
        "nombra créditos fiscales con el 1 % de IVA retenido o percibido y otros sin él, como {one} y {other}; haga "
        "una nota por cada grupo",
        "A note states the 1 % withheld or collected of all its lines or of none.",
        "Make one note on the CCFs with the 1 %, and another on those without it.",
    ),
)
