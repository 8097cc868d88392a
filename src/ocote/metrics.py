"""The metrics for the operator's Prometheus, on a separate port and never on the public port."""

import os
import shutil
from pathlib import Path
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

_SHARED: Final = "PROMETHEUS_MULTIPROC_DIR"

DOCUMENTS: Final = Counter("ocote_documents_total", "Documents by what became of them at MH", ("doc_type", "outcome"))
"""The documents by type and ``outcome``: stamped, rejected, or contingency for each time MH gave no answer."""

NUMBERS_TAKEN: Final = Counter(
    "ocote_numbers_taken_total", "Numbers that MH refused because other documents bear them", ("environment",)
)
"""The refused numbers in whose place documents got another number: each means that a counter is behind."""

MH_SECONDS: Final = Histogram(
    "ocote_mh_seconds",
    "Time to bring one document to MH, the whole retry policy included",
    ("environment",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 8, 10, 16, 25),
)

OUTBOX: Final = Counter(
    "ocote_outbox_attempts_total", "Attempts to send e-mails and webhook announcements", ("channel", "outcome")
)
"""The attempts by channel and ``outcome``: sent, queued (to be tried again), refused, expired, obsolete."""

OUTBOX_WAITING: Final = Gauge(
    "ocote_outbox_waiting", "E-mails and webhook announcements to be sent", ("channel",), multiprocess_mode="mostrecent"
)

WEBHOOKS_FAILING: Final = Gauge(
    "ocote_webhooks_failing",
    "Webhooks that have taken no announcement for more than a day, although they were tried",
    multiprocess_mode="mostrecent",
)

WEBHOOKS_OFF: Final = Gauge(
    "ocote_webhooks_off", "Webhooks that are switched off, whose announcements are kept", multiprocess_mode="mostrecent"
)

SEARCHES: Final = Counter("ocote_searches_total", "Searches in the archive by how they ended", ("outcome",))
"""The searches by ``outcome``: found, too_long, failed, abandoned (their client went), refused (too many wait)."""

SEARCHES_RUNNING: Final = Gauge(
    "ocote_searches_running", "Searches in the archive that run now", multiprocess_mode="livesum"
)

PDFS: Final = Counter("ocote_pdfs_total", "PDFs by what became of them", ("outcome",))
"""The PDFs by ``outcome``: made, without_logo (the logo needs too much), impossible, refused (503), abandoned."""

PDFS_WAITING: Final = Gauge("ocote_pdfs_waiting", "PDFs that wait for their turn", multiprocess_mode="livesum")

PDF_CHILDREN_ENDED: Final = Counter("ocote_pdf_children_ended_total", "Child processes for PDFs that ended", ("why",))
"""The children by ``why``: used_up (replaced after a long document), time, abandoned, killed (from outside), broke."""

MH_DOWN: Final = Gauge(
    "ocote_mh_down",
    "1 while MH is known to be down and documents go to contingency at once",
    ("environment",),
    multiprocess_mode="livemax",
)

CONTINGENCY_DEADLINE_S: Final = Gauge(
    "ocote_contingency_deadline_seconds",
    "Seconds to the nearest legal deadline of a contingency, negative once it has passed, +Inf when none runs",
    ("environment",),
    multiprocess_mode="mostrecent",
)

CONTINGENCY_DOCUMENTS: Final = Gauge(
    "ocote_contingency_documents",
    "Documents in contingency that MH has not stamped yet",
    ("environment",),
    multiprocess_mode="mostrecent",
)


CONTINGENCIES_REFUSED: Final = Gauge(
    "ocote_contingencies_refused",
    "Contingencies whose last event MH refused, so that a person is needed",
    ("environment", "why"),
    multiprocess_mode="mostrecent",
)
"""The refused contingencies; ``why`` is rejected for the content of the event, or late for its time."""


JOURNAL_READY: Final = Gauge(
    "ocote_journal_ready",
    "1 while the journal takes what is signed, 0 while nothing can be issued because of it; absent without a journal",
    multiprocess_mode="livemin",
)

NUMBERS_UNCONFIRMED: Final = Gauge(
    "ocote_numbers_unconfirmed",
    "1 while no document is numbered because the database was restored or has gone back",
    multiprocess_mode="mostrecent",
)


def share_between_processes(folder: Path) -> None:
    """Empties ``folder`` and makes all processes started from now on count together, through files in the folder.

    Call this function before the first process starts, because a process reads the choice when it imports the metrics.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    os.environ[_SHARED] = str(folder)


def serve(host: str, port: int) -> None:
    """Answers ``/metrics`` in a thread of this process, for all processes that count together.

    Raises OSError when the port is taken.
    """
    registry = REGISTRY
    if _SHARED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # the library leaves this one without types
    start_http_server(port, host, registry)
