"""The public link of a document, as JSON. Pure.

The OpenAPI document shows the docstrings and descriptions of this module.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ocote.api.bodies.common import DocumentId, ExternalRef, GivenControlNumber, Warnings
from ocote.documents.view import DocumentView


class PublicLinkBody(msgspec.Struct, frozen=True):
    """The new public link of a document; the links before it have ended."""

    document_id: DocumentId
    external_ref: ExternalRef
    control_number: GivenControlNumber
    public_url: Annotated[
        str,
        Meta(
            description="The page of the document, for whoever has this address.",
            examples=["https://facturas.ejemplo.com/v/AAAAB18Meh6T0ktqjBEufZCrTDUAAAAAAAHjdGXxUVE3zcXvHe6mRXvk"],
        ),
    ]
    warnings: Warnings | UnsetType = UNSET


def public_link_body(document: DocumentView, public_url: str) -> PublicLinkBody:
    """The answer to a request for a new link."""
    return PublicLinkBody(
        document_id=document.id,
        external_ref=document.external_ref,
        control_number=document.control_number,
        public_url=public_url,
    )
