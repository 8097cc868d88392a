"""The bodies of answers, field by field, with the meaning of each to a caller (contract 6.1, 6.4, 10.2, 12.2, D20).

The OpenAPI document shows the docstrings and descriptions of this module.
"""

from decimal import Decimal
from typing import Annotated, TypedDict

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from ocote.web.response import WarningBody

DocumentId = Annotated[
    str,
    Meta(description="UUID given by the server.", examples=["5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35"]),
]
ExternalRef = Annotated[
    str,
    Meta(
        description="The caller's own identifier; the text of `document_id` when none was sent.",
        examples=["POS7-000915"],
    ),
]
GivenControlNumber = Annotated[
    str,
    Meta(
        description="Fiscal correlative. Stays on a retry; only a number that MH refuses because another document "
        "bears it gives way to the next one, and the answer says so in `warnings`.",
        examples=["DTE-01-M002P003-000000000000458"],
    ),
]
GenerationCode = Annotated[
    str,
    Meta(
        description="Upper-case UUID that identifies the document at MH.",
        examples=["0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8"],
    ),
]
ReceptionStamp = Annotated[
    str,
    Meta(
        description="MH's stamp, empty until there is one.",
        examples=["2026F41C0A7D9B3E5826714ACD90BE37F1258QXT"],
    ),
]
DocType = Annotated[
    str,
    Meta(description="01 invoice, 03 CCF, 05 credit note, 11 export, 14 excluded subject.", examples=["01"]),
]
Success = Annotated[
    bool,
    Meta(description="Registered: stamped or in contingency. The caller may treat the document as issued."),
]
DteSuccess = Annotated[bool, Meta(description="MH gave a stamp: the only proof of immediate fiscal validity.")]
IsInContingency = Annotated[
    bool,
    Meta(description="MH did not answer; the document has its number and is sent again automatically."),
]
IsRejected = Annotated[
    bool,
    Meta(description="MH refused the document: correct the data and send again with the same `external_ref`."),
]
Posted = Annotated[bool, Meta(description="The record and its control number exist.")]
IsDuplicate = Annotated[bool, Meta(description="The answer repeats the document that this `external_ref` had before.")]
DteState = Annotated[
    str,
    Meta(description="`RECHAZADO` without stamp, `OBSERVADO` with warnings, empty otherwise.", examples=[""]),
]
DteMessage = Annotated[str, Meta(description="MH's text about the outcome, in Spanish.", examples=[""])]
MessageCode = Annotated[
    str, Meta(description="MH's code, three digits; see docs/errors.md. Empty when there is none.", examples=[""])
]
Observations = Annotated[tuple[str, ...], Meta(description="MH's observations, unchanged.")]
ContingencyDeadline = Annotated[
    str | None,
    Meta(
        description="For a document in contingency whose cause has ended: until when the gateway has to report it to "
        "MH, and once it is reported, until when it has to deliver it; local time with offset. Null otherwise.",
        examples=["2026-06-04T08:15:40-06:00"],
    ),
]
PostedDateTime = Annotated[
    str,
    Meta(
        description="When the document was registered, local time with offset.", examples=["2026-06-03T08:15:40-06:00"]
    ),
]
Taxable = Annotated[Decimal, Meta(description="Base without VAT, USD.", examples=[100.00])]
Vat = Annotated[Decimal, Meta(description="VAT, USD.", examples=[13.00])]
Gross = Annotated[
    Decimal,
    Meta(description="Base plus VAT, exempt and not subject sales and other taxes, USD.", examples=[113.00]),
]
Withheld = Annotated[
    Decimal,
    Meta(description="VAT withheld by the buyer (for type 14 income tax, from the seller), USD.", examples=[0.00]),
]
Payable = Annotated[
    Decimal,
    Meta(
        description="Gross plus collected and charges, less what is withheld, USD: what the buyer pays.",
        examples=[113.00],
    ),
]
Exempt = Annotated[Decimal, Meta(description="Exempt sales after discounts, USD.", examples=[0.00])]
NotSubject = Annotated[Decimal, Meta(description="Sales not subject to VAT after discounts, USD.", examples=[0.00])]
Taxes = Annotated[
    Decimal, Meta(description="Taxes beside VAT that are added, such as FOVIAL or tourism, USD.", examples=[0.00])
]
Charges = Annotated[
    Decimal, Meta(description="Charges outside the tax base such as tips; negative for credits, USD.", examples=[0.00])
]
DocumentDiscount = Annotated[
    Decimal, Meta(description="Discounts on the whole document as it states them, USD.", examples=[0.00])
]
Collected = Annotated[Decimal, Meta(description="VAT of 1 % that the seller collects, USD.", examples=[0.00])]
IncomeTax = Annotated[
    Decimal, Meta(description="Income tax that the payer of a sale withholds, USD; v1.x alone.", examples=[0.00])
]
CustomerName = Annotated[str, Meta(description="Name of the buyer.", examples=["Consumidor Final"])]
Invalidated = Annotated[bool, Meta(description="MH has stamped an invalidation of the document.")]
TicketUrl = Annotated[
    str,
    Meta(
        description="URL of the thermal ticket; type 01 alone. Without key; empty when the file does not exist.",
        examples=["https://ocote.io/api/connect/file/5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35?type=ticket"],
    ),
]
InvoiceUrl = Annotated[
    str,
    Meta(
        description="URL of the letter-size PDF. Without key; empty when the file does not exist.",
        examples=["https://ocote.io/api/connect/file/5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35?type=invoice"],
    ),
]
JsonUrl = Annotated[
    str,
    Meta(
        description="URL of the signed JSON with the stamp. Without key; empty when the file does not exist.",
        examples=["https://ocote.io/api/connect/file/5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35?type=json"],
    ),
]
PublicUrl = Annotated[
    str,
    Meta(
        description="The page of the document for its receiver, with state, PDF and JSON: whoever has this address "
        "sees the document, without key. Empty when MH has refused the document, and while its files do not exist.",
        examples=["https://ocote.io/v/AAAAAV8Meh6T0ktqjBEufZCrTDX6JvM0J1qv1iYvV0kPz5rC"],
    ),
]
ContentDiffers = Annotated[
    bool, Meta(description="Only when true: this request says something else than the original did.")
]


Warnings = Annotated[
    tuple[WarningBody, ...],
    Meta(
        description="Only when there are any: those about the request come with every answer to it, those about the "
        "document with the call that issued it (`number_moved`: that moved it) and with a dry run, but not with a "
        "later repetition of its reference."
    ),
]


class AdjustedBody(msgspec.Struct, frozen=True):
    """The CCF that a credit note adjusts, when it adjusts one document alone and the gateway issued that document."""

    document_id: DocumentId
    external_ref: ExternalRef
    control_number: GivenControlNumber
    generation_code: GenerationCode
    full_adjustment: Annotated[bool, Meta(description="The note takes back the whole CCF.")]
    invalidated: Annotated[bool, Meta(description="The CCF is cancelled.")]


class RelatedBody(msgspec.Struct, frozen=True, kw_only=True):
    """A document that a credit note adjusts, and what the note takes back of it."""

    document_id: Annotated[
        str | None,
        Meta(
            description="UUID of the document; null for one that another system issued.",
            examples=["a90d2c6b-1f7e-4d58-9b03-6c2e8f41d7a5"],
        ),
    ]
    doc_type: Annotated[str, Meta(description="Type of the document: 03 CCF.", examples=["03"])]
    issued_here: Annotated[
        bool,
        Meta(
            description="The gateway issued the document and knows its amounts. False: a document of another system, "
            "of which all is the caller's word."
        ),
    ]
    external_ref: (
        Annotated[
            str,
            Meta(
                description="The caller's own identifier of the document; only when it was issued here.",
                examples=["B2B-2026-0031"],
            ),
        ]
        | UnsetType
    ) = UNSET
    control_number: Annotated[
        str | None,
        Meta(
            description="Fiscal correlative; null when nobody said it, and on paper.",
            examples=["DTE-03-M002P003-000000000000071"],
        ),
    ]
    generation_code: Annotated[
        str | None,
        Meta(
            description="Upper-case UUID that identifies the document at MH; null for a document on paper.",
            examples=["E2B81F60-4C9D-4A17-8E35-B0D6F7295C1A"],
        ),
    ]
    number: (
        Annotated[str, Meta(description="Number of a document on paper, on paper alone.", examples=["00004512"])]
        | UnsetType
    ) = UNSET
    issued_on: (
        Annotated[
            str,
            Meta(
                description="Date of issue as the caller stated it; only for a document of another system.",
                examples=["2026-05-28"],
            ),
        ]
        | UnsetType
    ) = UNSET
    amount_taxable: Annotated[
        Decimal, Meta(description="What the note takes back of its taxed sales, without VAT, USD.", examples=[25.00])
    ]
    amount_exempt: Annotated[
        Decimal, Meta(description="What the note takes back of its exempt sales, USD.", examples=[0.00])
    ]
    amount_not_subject: Annotated[
        Decimal, Meta(description="What the note takes back of its sales not subject to VAT, USD.", examples=[0.00])
    ]
    invalidated: (
        Annotated[bool, Meta(description="The document is cancelled; only when it was issued here.")] | UnsetType
    ) = UNSET


Related = Annotated[
    tuple[RelatedBody, ...],
    Meta(
        description="Credit notes alone: every document that the note adjusts, first those of `related_documents`, "
        "then that of `document_id`, then those that lines name."
    ),
]


class AmountFields(TypedDict):
    """The amounts of a document under the names of the answers, USD (contract 7.6, wider-sales.md 4.6)."""

    amount_taxable: Decimal
    amount_vat: Decimal
    amount_gross: Decimal
    amount_withheld: Decimal
    amount_payable: Decimal
    amount_exempt: Decimal
    amount_not_subject: Decimal
    amount_taxes: Decimal
    amount_charges: Decimal
    amount_discount: Decimal
    amount_collected: Decimal
    amount_income_tax: Decimal


class IssuedBody(msgspec.Struct, frozen=True):
    """The answer to a request to issue."""

    success: Success
    dte_success: DteSuccess
    contingency: IsInContingency
    rejected: IsRejected
    posted: Posted
    is_duplicate: IsDuplicate
    document_id: DocumentId
    external_ref: ExternalRef
    control_number: GivenControlNumber
    generation_code: GenerationCode
    reception_stamp: ReceptionStamp
    dte_state: DteState
    dte_message: DteMessage
    observaciones: Observations
    codigo_msg: MessageCode
    amount_taxable: Taxable
    amount_vat: Vat
    amount_gross: Gross
    amount_withheld: Withheld
    amount_payable: Payable
    amount_exempt: Exempt
    amount_not_subject: NotSubject
    amount_taxes: Taxes
    amount_charges: Charges
    amount_discount: DocumentDiscount
    amount_collected: Collected
    amount_income_tax: IncomeTax
    ticket_url: TicketUrl
    invoice_url: InvoiceUrl
    json_url: JsonUrl
    public_url: PublicUrl
    doc_type: DocType
    posted_date_time: PostedDateTime
    invalidated: Invalidated
    adjusted_document: AdjustedBody | UnsetType = UNSET
    related: Related | UnsetType = UNSET
    content_differs: ContentDiffers | UnsetType = UNSET
    warnings: Warnings | UnsetType = UNSET


class StatusBody(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a query."""

    document_id: DocumentId
    external_ref: ExternalRef
    doc_type: DocType
    control_number: GivenControlNumber
    generation_code: GenerationCode
    reception_stamp: ReceptionStamp
    success: Success
    dte_success: DteSuccess
    contingency: IsInContingency
    rejected: IsRejected
    posted: Posted
    is_duplicate: IsDuplicate
    dte_state: DteState
    dte_message: DteMessage
    codigo_msg: MessageCode
    observaciones: Observations
    posted_date_time: PostedDateTime
    amount_taxable: Taxable
    amount_vat: Vat
    amount_gross: Gross
    amount_withheld: Withheld
    amount_payable: Payable
    amount_exempt: Exempt
    amount_not_subject: NotSubject
    amount_taxes: Taxes
    amount_charges: Charges
    amount_discount: DocumentDiscount
    amount_collected: Collected
    amount_income_tax: IncomeTax
    customer_name: CustomerName | UnsetType = UNSET
    subject_name: Annotated[str, Meta(description="Name of the seller; type 14 alone.")] | UnsetType = UNSET
    invalidated: Invalidated
    ticket_url: TicketUrl
    invoice_url: InvoiceUrl
    json_url: JsonUrl
    public_url: PublicUrl
    contingency_deadline: ContingencyDeadline
    adjusted_document: AdjustedBody | UnsetType = UNSET
    related: Related | UnsetType = UNSET
    schema: Raw | UnsetType | None = UNSET
    response: Raw | str | UnsetType | None = UNSET
    warnings: Warnings | UnsetType = UNSET


class PreviewBody(msgspec.Struct, frozen=True):
    """The answer to a dry run: what would be signed. Nothing was stored and no number was used."""

    dry_run: bool
    doc_type: DocType
    edition: Annotated[str, Meta(description="Normativa of the document: v1 or v2.", examples=["v2"])]
    amount_taxable: Taxable
    amount_vat: Vat
    amount_gross: Gross
    amount_withheld: Withheld
    amount_payable: Payable
    amount_exempt: Exempt
    amount_not_subject: NotSubject
    amount_taxes: Taxes
    amount_charges: Charges
    amount_discount: DocumentDiscount
    amount_collected: Collected
    amount_income_tax: IncomeTax
    customer_name: CustomerName
    schema: Raw
    warnings: Warnings | UnsetType = UNSET


class DocumentListBody(msgspec.Struct, frozen=True):
    """A page of documents, newest first."""

    documents: Annotated[tuple[StatusBody, ...], Meta(description="The documents of this page.")]
    next_cursor: Annotated[
        str, Meta(description="Send it as `cursor` for the next page; empty on the last one.", examples=[""])
    ]
    warnings: Warnings | UnsetType = UNSET


class InvalidationAttemptBody(msgspec.Struct, frozen=True):
    """One attempt to cancel a document, and what MH said to it."""

    date_time: Annotated[
        str,
        Meta(description="When it was stamped, or sent last; local time.", examples=["2026-06-19T09:02:11-06:00"]),
    ]
    reason: Annotated[int, Meta(description="CAT-024: 1 error, 2 rescinded, 3 other.", examples=[2])]
    generation_code: GenerationCode
    dte_success: DteSuccess
    contingency: IsInContingency
    rejected: IsRejected
    reception_stamp: ReceptionStamp
    dte_state: DteState
    dte_message: DteMessage
    codigo_msg: MessageCode
    observaciones: Observations


class InvalidationBody(msgspec.Struct, frozen=True):
    """How the cancellation of a document stands."""

    success: Annotated[bool, Meta(description="The cancellation is registered: done, or pursued until MH answers.")]
    dte_success: Annotated[bool, Meta(description="MH stamped the event, or the credit note made in its place.")]
    contingency: Annotated[bool, Meta(description="MH did not answer; the event is sent again automatically.")]
    rejected: Annotated[bool, Meta(description="MH refused the event.")]
    is_duplicate: Annotated[bool, Meta(description="Always false: a repeated cancellation is a 409.")]
    document_id: DocumentId
    external_ref: ExternalRef
    doc_type: DocType
    control_number: GivenControlNumber
    invalidated: Invalidated
    invalidated_date_time: Annotated[
        str,
        Meta(description="When MH stamped it, local time; empty before.", examples=["2026-06-19T09:02:11-06:00"]),
    ]
    reception_stamp: ReceptionStamp
    dte_state: DteState
    dte_message: DteMessage
    codigo_msg: MessageCode
    observaciones: Observations
    created_credit_memo: Annotated[
        bool, Meta(description="The window was over, and a credit note for the whole CCF was made instead.")
    ]
    credit_memo_id: Annotated[str, Meta(description="`document_id` of that note, else empty.", examples=[""])]
    credit_memo_control_number: Annotated[
        str, Meta(description="`control_number` of that note, else empty.", examples=[""])
    ]
    history: Annotated[
        tuple[InvalidationAttemptBody, ...], Meta(description="Every attempt, oldest first; the last one counts.")
    ]
    warnings: Warnings | UnsetType = UNSET
