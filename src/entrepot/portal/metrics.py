"""What the server measures, for Prometheus. Nothing personal: no organisation, dossier, person or address is a label.

Counts and durations are of this process, or of all workers where they share a folder (PROMETHEUS_MULTIPROC_DIR, set by the
server); the depth of queues and the state of the log are asked of the database when somebody looks.
"""

import hmac
import os
import platform
from collections.abc import Callable, Iterable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from entrepot import __version__
from entrepot.portal.desk import Desk
from entrepot.portal.setting import secret_of

SHARED = "PROMETHEUS_MULTIPROC_DIR"
TOKEN = "ENTREPOT_METRICS_TOKEN"
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_own = CollectorRegistry()
_requests = Counter("entrepot_requests", "Requests answered.", ("method", "route", "status"), registry=_own)
_seconds = Histogram(
    "entrepot_request_seconds", "From a request's head to its answer's.", ("route",), buckets=BOUNDS, registry=_own
)
_limited = Counter("entrepot_requests_limited", "Requests told to come again later.", registry=_own)
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=_own)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered, by the template of its route."""
    _requests.labels(method if method in METHODS else "other", route, str(status)).inc()
    _seconds.labels(route).observe(seconds)
    if status == 429:
        _limited.inc()


class _Standing(Collector):
    """What the database knows, and what this process holds open."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterable[Metric]:
        from entrepot.portal.live import listening

        store = self._desk.store
        queues = store.queues()
        build = {"version": __version__, "python": platform.python_version(), "nature": store.nature}
        yield InfoMetricFamily("entrepot_build", "What runs here.", value=build)
        yield CounterMetricFamily("entrepot_statements", "Statements in the log.", value=queues.placed)
        yield GaugeMetricFamily("entrepot_log_waiting", "Statements not in the log yet.", value=queues.unplaced)
        yield GaugeMetricFamily("entrepot_log_lag_seconds", "Age of the oldest of them.", value=queues.lag)
        depth = GaugeMetricFamily("entrepot_queue", "Work by kind and state.", labels=("kind", "state"))
        oldest = GaugeMetricFamily(
            "entrepot_queue_oldest_seconds", "Age of what is due longest.", labels=("kind", "state")
        )
        for queue in (*queues.outbox, *queues.deliveries):
            depth.add_metric((queue.kind, queue.state), queue.count)
            oldest.add_metric((queue.kind, queue.state), queue.oldest)
        yield depth
        yield oldest
        yield GaugeMetricFamily("entrepot_live_streams", "Live streams open in this process.", value=listening())
        yield GaugeMetricFamily("entrepot_database_idle_sessions", "Sessions that lie idle.", value=store.database.idle)


def _may_look(request: HttpRequest) -> bool:
    """Somebody on this machine, with no proxy between, or whoever has the token."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and (token := secret_of(TOKEN)):
        return hmac.compare_digest(given.strip().encode(), token.encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def metrics(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """All figures in Prometheus' text form; 404 for whoever may not look."""
    if not _may_look(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    registry.register(_Standing(desk))
    text = generate_latest(registry)
    if os.environ.get(SHARED):
        shared = CollectorRegistry()
        of_all_workers: Callable[..., object] = MultiProcessCollector
        of_all_workers(shared)
        text += generate_latest(shared)
    else:
        text += generate_latest(_own)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
