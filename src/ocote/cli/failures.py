"""The words for the operator when something foreseeable went wrong."""


class CommandFailed(Exception):  # noqa: N818 - the end of a command, with a text for a person
    """The command cannot go on; the text, in Spanish, says why and what to do."""


def explanation(error: Exception) -> str | None:
    """One short Spanish text for a foreseeable failure, without secrets; None for a fault of the program itself."""
    if isinstance(error, CommandFailed):
        return str(error)
    # Loaded only now that something failed: a command that works does not pay for it.
    from ocote.cli.reasons import reason, spanish
    from ocote.companies.file.parse import CompanyFileError
    from ocote.companies.registry import CompanyError
    from ocote.contingency.finding import ContingencyError
    from ocote.issuing.customers import CustomerError
    from ocote.outbox.webhooks import WebhookError
    from ocote.settings import SettingsError
    from ocote.signing.certificate import CertificateError
    from ocote.store.engine.opening import NEWEST, NewerDatabaseError, OutdatedError
    from ocote.store.engine.store import StoreUnavailableError
    from ocote.vault import VaultError

    text: str | None = None
    match error:
        case SettingsError() | CompanyFileError() | CompanyError() | CustomerError():
            text = str(error)
        case ContingencyError() | WebhookError():
            text = str(error)
        case CertificateError():
            text = error.message
        case OutdatedError():
            found = f"está en la versión {error.found}" if error.found else "no tiene tablas"
            text = f"La base de datos {found} y este programa usa otra. Ejecute «ocote migrate»."
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
