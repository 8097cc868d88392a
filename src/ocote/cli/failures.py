"""Explains foreseeable failures to the operator."""


class CommandFailed(Exception):  # noqa: N818 - the end of a command, with a text for a person
    """A command cannot continue; the text, in Spanish, gives the reason and the remedy."""


def explanation(error: Exception) -> str | None:
    """One short Spanish text for a foreseeable failure, without secrets; None for a fault of the program itself."""
    if isinstance(error, CommandFailed):
        return str(error)
    # Imported only after a failure, so that a command that works starts faster.
    from ocote.backups.manifest import BackupError
    from ocote.companies.file.parse import CompanyFileError
    from ocote.companies.registry import CompanyError
    from ocote.documents.reasons import reason, spanish
    from ocote.documents.view import Refused
    from ocote.errors import message
    from ocote.issuing.customers import CustomerError
    from ocote.operator_error import OperatorError
    from ocote.printing.press.queue import PressBusyError
    from ocote.requests.table_file import TableFileError
    from ocote.settings import SettingsError
    from ocote.signing.certificate import CertificateError
    from ocote.store.engine.opening import NEWEST, NewerDatabaseError, OutdatedError
    from ocote.store.engine.store import StoreUnavailableError
    from ocote.vault import VaultError

    text: str | None = None
    match error:
        case SettingsError() | CompanyFileError() | CompanyError() | CustomerError() | BackupError() | TableFileError():
            text = str(error)
        case OperatorError():
            text = f"{error} {error.at_terminal}".rstrip()
        case CertificateError():
            text = error.message
        case Refused():
            text = f"{message(error.code, **error.values)}."
        case PressBusyError():
            text = (
                "No se puede iniciar el proceso que compone los PDF; vea en «ocote doctor» qué falta a esta máquina. "
                "Sin PDF: --format csv o xlsx."
            )
        case OutdatedError() if error.missing is not None:
            text = (
                f"No existe la base de datos {error.missing}. Revise OCOTE_DATABASE_URL; si la instalación es nueva, "
                "ejecute «ocote migrate»."
            )
        case OutdatedError():
            found = f"está en la versión {error.found} y este programa usa otra" if error.found else "no tiene tablas"
            text = f"La base de datos {found}. Ejecute «ocote migrate»."
        case NewerDatabaseError():
            text = (
                f"La base de datos es de una versión más nueva de ocote ({error.found}; este programa llega hasta la "
                f"{NEWEST}): actualice el programa."
            )
        case StoreUnavailableError():
            why = reason(error)
            text = f"No se puede usar la base de datos: {why}. Revise OCOTE_DATABASE_URL y que el servidor responda."
        case VaultError():
            text = (
                f"OCOTE_SECRET_KEY no sirve para esta base de datos ({error}). "
                "Ponga la clave con que se guardaron los secretos; durante un cambio, la nueva y la anterior con coma."
            )
        case OSError() if error.filename is not None:
            text = f"No se puede usar {error.filename}: {spanish(str(error.strerror)) or error.strerror}."
    return text
