"""Counters of the HTTP layer, for the operator's Prometheus."""

from functools import cache

from prometheus_client import Counter, Histogram

_REQUESTS = Counter("ocote_http_requests_total", "Answers of API Connect", ("route", "status"))

_SECONDS = Histogram(
    "ocote_http_request_seconds",
    "Time from the first byte of a request to its answer",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25),
)


@cache
def _counters(route: str, status: int) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(route, status), _SECONDS.labels(route)


def count(route: str, status: int, seconds: float) -> None:
    """Counts one response; ``route`` is the documented form of the path, to keep labels few."""
    answers, durations = _counters(route, status)
    answers.inc()
    durations.observe(seconds)


LIMITER_FAILURES = Counter(
    "ocote_rate_limit_store_failures_total", "Calls let through because the store of the rate limit did not answer"
)

TURNED_AWAY = Counter("ocote_clients_turned_away_total", "Connections that were refused or ended, by reason", ("why",))

REQUESTS_NOT_KEPT = Counter(
    "ocote_requests_not_kept_total", "Requests missing in the log of the panel because the database took none for long"
)
