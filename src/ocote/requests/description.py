"""The one description of each request, which both the reader and the OpenAPI document follow. Pure.

How to add a field to a request
-------------------------------

1. Open the module of the request (``invoice``, ``note``, ``purchase``, ``invalidation``, ``mail``, ``listing``,
   ``export_span``) or of the part that several requests have (``lines``, ``person``, ``place``, ``export``).
2. Write the field: its name in JSON, its kind with the bounds (see ``kinds``), and the sentence and the example that
   integrators read. A kind names the code of its fault; a new code needs a row in ``ocote.errors.fields``, where its
   Spanish message stands. ::

       _SELLER_CODE = RequestField("seller_code", TextValue(20), "Who sold.", "V-07", only_for=frozenset({"01", "03"}))

   ``required`` makes the field compulsory, unless one of its ``substitutes`` was sent; ``required_for`` does this for
   some types of document, with a fault of its own; other types than those of ``only_for`` ignore the field, or refuse
   it when ``elsewhere`` names a fault; ``default`` is the value of an absent field.
3. Add the field to the ``parts`` of the ``RequestObject``, in whose order faults are noted. From here on the reader
   checks the field and the OpenAPI document shows the field.
4. Give the value to the business, in the function below the description: ``found.get(_SELLER_CODE)`` is the value or
   None, and ``found[_SELLER_CODE]`` the value of a field that is required or has a default.
5. Fields that are only understood together (a place, a span of days) become a ``FieldGroup``, whose function reads
   them in turn and notes faults with ``reading.refuse``. Fields that are read apart and may contradict each other are
   compared by the ``check`` of their ``RequestObject``.
6. A field whose loss would change the document is listed in ``foreign`` of the other requests, which then refuse it.

The name of a field is written in its ``RequestField`` and nowhere else; a test holds this.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ocote.requests.kinds import Kind

_Read = TypeVar("_Read")


class RequestField(Struct, Generic[_Read], frozen=True, eq=False):
    """One field of an object of a request, or one parameter of a URL.

    ``meaning`` and ``example`` are for integrators. ``required_for`` holds, by type of document, the code of the fault
    of an absent field; ``only_for`` lists the types that look at the field, all of them when empty. Other types refuse
    it with the code ``elsewhere``, or ignore it, with a warning, when there is none. ``header`` is the header that
    stands in for the absent field, and ``substitutes`` are fields of which a value makes up for the absence.
    """

    name: str
    kind: "Kind[_Read] | InnerObject | InnerList"
    meaning: str = ""
    example: object = None
    default: _Read | None = None
    required: bool = False
    required_for: Mapping[str, str] = {}
    only_for: frozenset[str] = frozenset()
    elsewhere: str = ""
    header: str | None = None
    substitutes: "tuple[RequestField[Any], ...]" = ()

    @property
    def is_always_needed(self) -> bool:
        """Whether no request without the field is taken, whatever else it has."""
        return self.required and not self.substitutes

    @property
    def fields(self) -> "tuple[RequestField[Any], ...]":
        """The field itself, as a group lists its fields."""
        return (self,)


class FieldGroup(Struct, Generic[_Read], frozen=True, eq=False):
    """Fields that are understood together; ``read`` makes one value of them, or none, in a ``Reading``.

    A type of document that ignores all the fields ignores the group.
    """

    fields: tuple[RequestField[Any], ...]
    read: Callable[[Any], _Read | None]


class AtLeastOne(Struct, frozen=True, eq=False):
    """At least one of the fields must be sent; otherwise ``fault`` is noted at the first of them."""

    fields: tuple[RequestField[Any], ...]
    fault: str


class RequestObject(Struct, frozen=True, eq=False):
    """A JSON object of a request, or the parameters of a URL.

    ``name`` is the name of the schema in the OpenAPI document. ``document_type`` is the part that says which type of
    document is meant, ``only_type`` the type where no part says it; an inner object has the type of the object around
    it. ``check`` compares the fields with each other once all are read, and notes faults in the ``Reading``.
    ``foreign`` are fields of other requests that are refused here. ``examples`` are whole requests, and ``sample``
    shows what may stand together in an object whose fields may not all be sent. ``is_of_others`` marks an object that
    describes a document of another system: the caller states its number, its date and its amounts.
    """

    name: str
    meaning: str
    parts: tuple[RequestField[Any] | FieldGroup[Any], ...]
    document_type: RequestField[Any] | None = None
    only_type: str | None = None
    at_least_one: AtLeastOne | None = None
    check: Callable[[Any], None] | None = None
    foreign: tuple[RequestField[Any], ...] = ()
    examples: Mapping[str, Mapping[str, Any]] = {}
    sample: Mapping[str, Any] | None = None
    is_of_others: bool = False

    @property
    def fields(self) -> tuple[RequestField[Any], ...]:
        """Every field, in the order of reading."""
        return tuple(field for part in self.parts for field in part.fields)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in the order of reading."""
        return tuple(field.name for field in self.fields)


class InnerObject(Struct, frozen=True):
    """The kind of a field that holds an object."""

    described: RequestObject


class InnerList(Struct, frozen=True):
    """The kind of a field that holds a list of objects, ``least`` at least and ``most`` at most.

    ``most_for`` holds the most of the types of document that take fewer.
    With ``least`` 0 an empty list says as much as none. ``too_many`` is the code of the fault of a list that is too
    long. ``check`` looks at the values of all objects together and raises Faulty. With ``shorthand``, a text among the
    elements stands for an object that has only this field.
    """

    described: RequestObject
    most: int
    check: Callable[[Any], None] | None = None
    least: int = 1
    too_many: str = "lines_too_many"
    shorthand: RequestField[Any] | None = None
    most_for: Mapping[str, int] = {}
