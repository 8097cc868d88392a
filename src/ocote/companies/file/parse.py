"""Reads the file that describes a company to the gateway (``ocote company add FILE.toml``).

Texts are for the operator, hence in Spanish. Every fault of a file is told at once, each with the key it concerns.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from ocote.companies.company import ExportDefaults
from ocote.companies.file.address import PlaceError, find_address
from ocote.companies.file.toml import TomlTable
from ocote.dte import control_number, dui, nit, nrc
from ocote.dte.catalogs import Catalog, labels
from ocote.dte.editions import V2_FROM, Edition
from ocote.dte.sale import Address, Environment, Person
from ocote.dte.types import EDITION_SUBJECTS
from ocote.printing.brand import Brand

ESTABLISHMENT_KINDS: Final[Mapping[str, str]] = {"M": "02", "S": "01", "B": "04", "P": "07"}
"""The kind of establishment (CAT-009) that the first letter of a branch code stands for (rules.md 1)."""

SmtpSecurity = Literal["starttls", "tls", "none"]

_SMTP_PORTS: Final[Mapping[SmtpSecurity, int]] = {"starttls": 587, "tls": 465, "none": 25}
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")


class CompanyFileError(Exception):
    """The file does not describe a company; ``faults`` tells everything that is wrong, one line for each key."""

    def __init__(self, path: Path, faults: tuple[str, ...]) -> None:
        super().__init__(f"{path} tiene {len(faults)} falta(s):" + "".join(f"\n  {fault}" for fault in faults))
        self.faults = faults


class Branch(Struct, frozen=True):
    """A branch (``M001``), its kind of establishment (CAT-009) and its points of sale (``P001``)."""

    code: str
    kind: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """The mail server through which the company's customers get their documents."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    security: SmtpSecurity
    sender: str


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """A company as its file describes it. ``certificate`` is MH's file; ``mh_user`` and ``mh_password`` open its API.

    From a ``large_taxpayer`` nobody withholds VAT.

    ``v2_from`` is the first day whose documents are written in Normativa v2.0; ``edition_overrides`` fixes the edition
    of single document types and events whatever the day.
    """

    nit: str
    nrc: str
    name: str
    trade_name: str | None
    activity_code: str
    large_taxpayer: bool
    environment: Environment
    phone: str
    email: str
    address: Address
    mh_user: str
    mh_password: str = field(repr=False)
    certificate: Path
    certificate_password: str = field(repr=False)
    responsible: Person
    branches: tuple[Branch, ...]
    v2_from: date
    edition_overrides: Mapping[str, Edition]
    export: ExportDefaults | None
    brand: Brand
    smtp: SmtpAccess | None


def read_company_file(path: Path) -> CompanyFile:
    """The company that a TOML file describes; a relative certificate path counts from the file's own folder.

    Raises CompanyFileError with every fault, and OSError when the file cannot be opened.
    """
    try:
        values = tomllib.loads(path.read_bytes().decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise CompanyFileError(path, ("el archivo no está en UTF-8.",)) from error
    except tomllib.TOMLDecodeError as error:
        raise CompanyFileError(path, (f"no es TOML: {error}.",)) from error
    faults: list[str] = []
    company = _company(TomlTable(values, faults), path.parent)
    if faults:
        raise CompanyFileError(path, tuple(faults))
    return company


def _company(top: TomlTable, folder: Path) -> CompanyFile:
    """Lengths are the narrowest that any document or event of either edition takes: otherwise MH would find out."""
    mh = top.table("mh")
    v2_from, overrides = _editions(top.optional_table("editions"))
    company = CompanyFile(
        nit=top.read("nit", nit.parse_nit, ""),
        nrc=top.read("nrc", nrc.parse_nrc, ""),
        name=top.read("name", _text(5, 200), ""),
        trade_name=top.read("trade_name", _text(5, 150), None, required=False),
        activity_code=top.read("activity_code", _code(Catalog.ACTIVITIES), ""),
        large_taxpayer=_flag(top, "large_taxpayer"),
        environment=top.read("environment", _environment, "00"),
        phone=top.read("phone", _text(8, 30), ""),
        email=top.read("email", _email, ""),
        address=_address(top.table("address")),
        mh_user=mh.read("user", _text(1, 100), ""),
        mh_password=mh.read("password", _password, ""),
        certificate=mh.read("certificate", _existing_file(folder), folder),
        certificate_password=mh.read("certificate_password", _password, ""),
        responsible=_responsible(top.table("responsible")),
        branches=_branches(top),
        v2_from=v2_from,
        edition_overrides=overrides,
        export=_export(top.optional_table("export")),
        brand=_brand(top.optional_table("brand"), folder),
        smtp=_smtp(top.optional_table("smtp")),
    )
    mh.close()
    top.close()
    return company


def _flag(table: TomlTable, key: str) -> bool:
    value = table.raw(key)
    if value is not None and not isinstance(value, bool):
        table.fault(key, "debe ser true o false, sin comillas.")
    return value is True


def _address(table: TomlTable) -> Address:
    parts = {
        key: table.read(key, str.strip, "", required=key == "district")
        for key in ("department", "municipality", "district")
    }
    complement = table.read("complement", _text(1, 200), "")
    table.close()
    if parts["district"]:
        try:
            return find_address(**parts, complement=complement)
        except PlaceError as error:
            table.fault(error.key, str(error))
    return Address("", "", "", complement)


def _responsible(table: TomlTable) -> Person:
    kind = table.read("document_type", _code(Catalog.IDENTITY_DOCUMENTS), "")
    number = {"13": dui.parse_dui, "36": nit.parse_nit}.get(kind, _text(5, 20))
    person = Person(
        name=table.read("name", _text(5, 100), ""),
        document_type=kind,
        document_number=table.read("document_number", number, ""),
    )
    table.close()
    return person


def _branches(top: TomlTable) -> tuple[Branch, ...]:
    branches: list[Branch] = []
    for table in top.tables("branch"):
        code = table.read("code", _branch_code, "")
        kind = table.read(
            "kind", _code(Catalog.ESTABLISHMENT_KINDS), ESTABLISHMENT_KINDS.get(code[:1], ""), required=False
        )
        points: list[str] = []
        for point in table.tables("pos"):
            pos_code = point.read("code", _pos_code, "")
            if pos_code and pos_code in points:
                point.fault("code", f"{pos_code} ya está en esta sucursal.")
            points.append(pos_code)
            point.close()
        if code and any(code == branch.code for branch in branches):
            table.fault("code", f"la sucursal {code} ya está en este archivo.")
        branches.append(Branch(code, kind, tuple(points)))
        table.close()
    return tuple(branches)


def _editions(table: TomlTable | None) -> tuple[date, dict[str, Edition]]:
    v2_from = V2_FROM
    if table is None:
        return v2_from, {}
    written = table.raw("from")
    if isinstance(written, date) and not isinstance(written, datetime):
        v2_from = written
    elif written is not None:
        v2_from = table.read("from", _date, v2_from)
    overrides = {
        subject: edition
        for subject in EDITION_SUBJECTS
        if (edition := table.read(subject, _edition, None, required=False)) is not None
    }
    table.close()
    return v2_from, overrides


def _export(table: TomlTable | None) -> ExportDefaults | None:
    if table is None:
        return None
    export = ExportDefaults(
        country=table.read("country", _code(Catalog.COUNTRIES), None, required=False),
        customs_office=table.read("customs_office", _code(Catalog.CUSTOMS_OFFICES), None, required=False),
        regime=table.read("regime", _code(Catalog.REGIMES), None, required=False),
        incoterm=table.read("incoterm", _code(Catalog.INCOTERMS), None, required=False),
        item_type=_item_type(table),
        freight=_amount(table, "freight"),
        insurance=_amount(table, "insurance"),
    )
    table.close()
    return export


def _brand(table: TomlTable | None, folder: Path) -> Brand:
    if table is None:
        return Brand()
    logo = table.read("logo", _logo(folder), None, required=False)
    colour = table.read("colour", _colour, None, required=False)
    width = table.raw("roll_mm")
    if width not in (None, 58, 80):
        table.fault("roll_mm", "debe ser 58 u 80, sin comillas.")
    table.close()
    return Brand(logo, colour, 58 if width == 58 else 80)


def _logo(folder: Path) -> Callable[[str], bytes]:
    def understand(text: str) -> bytes:
        picture = _existing_file(folder)(text).read_bytes()
        try:
            Brand(logo=picture)
        except ValueError as error:
            raise ValueError(f"{text} debe ser una imagen PNG o JPEG de 256 KiB a lo sumo.") from error
        return picture

    return understand


def _colour(text: str) -> str:
    try:
        Brand(colour=text)
    except ValueError as error:
        raise ValueError(f"«{text}» no es un color como #0e4d64.") from error
    return text


def _item_type(table: TomlTable) -> int | None:
    value = table.raw("item_type")
    if value is None or (value in (1, 2, 3) and type(value) is int):
        return value
    table.fault("item_type", "debe ser 1 (bienes), 2 (servicios) o 3 (ambos), sin comillas.")
    return None


def _amount(table: TomlTable, key: str) -> str:
    value = table.raw(key)
    if value is None:
        return "0"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        amount = Decimal(value)
        if amount.is_finite() and 0 <= amount < 10**9 and amount == amount.quantize(Decimal("0.01")):
            return f"{amount.normalize():f}"
    table.fault(key, "debe ser un monto en dólares sin comillas, con dos decimales a lo sumo, por ejemplo 18.20.")
    return "0"


def _smtp(table: TomlTable | None) -> SmtpAccess | None:
    if table is None:
        return None
    security: SmtpSecurity = table.read("security", _smtp_security, "starttls", required=False)
    port = table.raw("port")
    if port is None:
        port = _SMTP_PORTS[security]
    elif type(port) is not int or not 1 <= port <= 65535:
        table.fault("port", f"debe ser un puerto sin comillas, por ejemplo port = {_SMTP_PORTS[security]}.")
    access = SmtpAccess(
        host=table.read("host", _text(1, 253), ""),
        port=port,
        user=table.read("user", _text(1, 200), None, required=False),
        password=table.read("password", _password, None, required=False),
        security=security,
        sender=table.read("sender", _email, ""),
    )
    if (access.user is None) != (access.password is None):
        table.fault("user", "user y password van juntos: falta uno de los dos.")
    elif access.user is not None and access.security == "none":
        table.fault("security", 'con "none" la contraseña viajaría sin cifrar; use "starttls" o "tls".')
    table.close()
    return access


def _text(shortest: int, longest: int) -> Callable[[str], str]:
    def understand(text: str) -> str:
        bare = text.strip()
        if not shortest <= len(bare) <= longest:
            raise ValueError(f"debe tener de {shortest} a {longest} caracteres; tiene {len(bare)}.")
        if any(not character.isprintable() for character in bare):
            raise ValueError("no puede tener saltos de línea ni caracteres de control.")
        return bare

    return understand


def _password(text: str) -> str:
    if not text:
        raise ValueError("está vacía.")
    return text


def _code(catalog: Catalog) -> Callable[[str], str]:
    def understand(text: str) -> str:
        known = labels(catalog)
        code = text.strip()
        if code in known:
            return code
        number = catalog.value[4:7]
        if len(known) <= 12:
            choices = ", ".join(f"{key} ({label})" for key, label in known.items())
            raise ValueError(f"«{code}» no está en el catálogo CAT-{number} de Hacienda. Los códigos son: {choices}.")
        raise ValueError(f"«{code}» no está en el catálogo CAT-{number} de Hacienda.")

    return understand


def _environment(text: str) -> Environment:
    match text.strip():
        case "00":
            return "00"
        case "01":
            return "01"
        case other:
            raise ValueError(f'«{other}» no es un ambiente: "00" es pruebas, "01" es producción.')


def _edition(text: str) -> Edition:
    match text.strip():
        case "v1":
            return "v1"
        case "v2":
            return "v2"
        case other:
            raise ValueError(f'«{other}» no es una edición: use "v1" o "v2".')


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"«{text}» no es una fecha; escríbala así: from = 2026-12-01.") from None


def _email(text: str) -> str:
    address = _text(6, 100)(text)
    if not _EMAIL.fullmatch(address):
        raise ValueError(f"«{address}» no es una dirección de correo.")
    return address


def _smtp_security(text: str) -> SmtpSecurity:
    match text.strip():
        case "starttls":
            return "starttls"
        case "tls":
            return "tls"
        case "none":
            return "none"
        case other:
            raise ValueError(f'«{other}» no existe; use "starttls", "tls" o "none".')


def _branch_code(text: str) -> str:
    code = text.strip()
    if not control_number.is_branch_code(code):
        raise ValueError(
            f"«{code}» no es un código de establecimiento: M (casa matriz), S (sucursal), B (bodega) o P (patio) "
            "y tres dígitos, por ejemplo M001."
        )
    return code


def _pos_code(text: str) -> str:
    code = text.strip()
    if not control_number.is_pos_code(code):
        raise ValueError(f"«{code}» no es un punto de venta: P y tres dígitos, por ejemplo P001.")
    return code


def _existing_file(folder: Path) -> Callable[[str], Path]:
    def understand(text: str) -> Path:
        path = folder / text
        if not path.is_file():
            raise ValueError(f"no existe el archivo {path}.")
        return path

    return understand
