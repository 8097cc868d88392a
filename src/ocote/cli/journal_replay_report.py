"""The report of a replay, in Spanish: what came back, and why the journal may not reach to the last document."""

from collections.abc import Iterable, Iterator

from ocote.clock import local_text
from ocote.continuity.replay_report import Displaced, NumberGap, ReplayReport
from ocote.store.engine.values import moment
from ocote.store.resuming import Unasked
from ocote.wording.counted import counted
from ocote.wording.environment import ENVIRONMENT_NAMES

_MOST_NAMED = 20


def report_lines(report: ReplayReport, left: Unasked) -> Iterator[str]:
    """Says how much was written and how much was left out."""
    found = report.counted
    yield (
        f"Diario {report.folder}: {counted(found.documents, 'documento devuelto', 'documentos devueltos')} "
        f"({counted(found.texts, 'texto firmado', 'textos firmados')}), "
        f"{counted(found.known, 'ya estaba', 'ya estaban')}; "
        f"{counted(found.verdicts, 'respuesta', 'respuestas')} de Hacienda, "
        f"{counted(found.cancellations, 'invalidación', 'invalidaciones')}, "
        f"{counted(found.events, 'evento', 'eventos')} de contingencia y "
        f"{counted(found.customers, 'cliente', 'clientes')}."
    )
    if found.undone or found.dropped:
        yield (
            "Nunca se enviaron a Hacienda y no se devolvieron: "
            f"{counted(found.undone, 'firma', 'firmas')} que la base de datos no guardó, y "
            f"{counted(found.dropped, 'documento', 'documentos')} cuyo número o referencia tomó después otro."
        )
    if found.torn:
        torn = counted(found.torn, "segmento termina", "segmentos terminan")
        yield f"{torn} a media línea, como cuando se corta la energía; no le falta nada."
    if report.foreign:
        foreign = counted(report.foreign, "archivo es", "archivos son")
        left_apart = "se dejó" if report.foreign == 1 else "se dejaron"
        yield f"{foreign} de otra instalación; {left_apart} aparte."
    if found.verdicts:
        yield "Los correos y avisos de esos documentos salieron en su momento; no se envían otra vez."
    if left.all:
        yield (
            "Falta consultar a Hacienda por "
            f"{counted(left.documents + left.in_contingency, 'documento', 'documentos')} y "
            f"{counted(left.invalidations, 'invalidación', 'invalidaciones')}; «ocote serve» sigue con eso."
        )
    if report.reaches:
        yield "El diario llega hasta el último documento. No hace falta nada más: ya se puede emitir."


def shortfall_lines(report: ReplayReport) -> Iterator[str]:
    """Why the journal does not prove that it reaches to the last document, each with its remedy."""
    if "no_segments" in report.shortfalls:
        yield f"En {report.folder} no hay ningún segmento de esta instalación: revise la carpeta."
    if "no_journal_before" in report.shortfalls:
        yield (
            "La copia de la base es de antes de que hubiera diario: lo emitido entre la copia y el primer segmento no "
            "está en ninguna parte."
        )
    if report.missing:
        yield f"Faltan segmentos: {_named(report.missing)}. Póngalos en la carpeta y repita la orden."
    if report.damaged:
        yield f"Hay líneas dañadas en los segmentos {_named(report.damaged)}; lo demás se leyó. Busque otra copia."
    if report.copied:
        yield (
            f"Los segmentos {_named(report.copied)} son copias: al original pudo escribírsele después. Use la carpeta "
            "original."
        )
    if report.doubled:
        yield f"Hay segmentos distintos con un mismo número: {_named(report.doubled)}."
    for company in report.companies:
        documents = counted(company.documents, "documento suyo", "documentos suyos")
        yield (
            f"La empresa {company.nit} ({ENVIRONMENT_NAMES[company.environment]}) no está registrada y el diario tiene "
            f"{documents}: regístrela con «ocote company add» y repita la orden."
        )
    if report.open_numbers:
        yield (
            f"Hacienda no respondió por {_named(report.open_numbers)}, y solo ella sabe cuál documento vale con ese "
            "número: repita la orden cuando responda."
        )
    yield from map(_displaced_line, report.displaced)
    if report.texts_missing:
        yield f"Falta en el diario una línea que otras necesitan: {_named(report.texts_missing)}."
    yield from map(_gap_line, report.gaps)


def _displaced_line(one: Displaced) -> str:
    fate = "Hacienda lo selló" if one.has_stamp else "Hacienda no lo tiene"
    signed_on = local_text(moment(one.signed_at))
    return (
        f"El documento {one.external_ref} del {signed_on} (NIT {one.nit}, {one.control_number}, "
        f"{one.generation_code}) no tiene lugar en la base: {fate}, y su número o su referencia es del documento "
        f"{one.other_ref} ({one.other_number})."
    )


def _gap_line(gap: NumberGap) -> str:
    numbers = f"el número {gap.first}" if gap.first == gap.last else f"los números {gap.first} a {gap.last}"
    return (
        f"Nadie tiene {numbers} del tipo {gap.doc_type} en {gap.point} ({gap.year}, NIT {gap.nit}): algo "
        "se emitió sin diario."
    )


def _named(names: Iterable[object]) -> str:
    listed = [str(name) for name in names]
    more = f" y {len(listed) - _MOST_NAMED} más" if len(listed) > _MOST_NAMED else ""
    return ", ".join(listed[:_MOST_NAMED]) + more
