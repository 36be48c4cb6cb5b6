"""What the server measures, for Prometheus. Nothing personal: no organisation, dossier, person or address is a label.

Counts and durations are of this process, or of all workers where they share a folder (PROMETHEUS_MULTIPROC_DIR, set by the
server); the depth of queues and the state of the log are asked of the database when somebody looks.
"""

import hmac
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
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
from entrepot.store.database import StoreError
from entrepot.store.sync import counters

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
_Family = type[GaugeMetricFamily] | type[CounterMetricFamily]
_FAMILIES: dict[str, tuple[_Family, str, tuple[str, ...]]] = {
    "statements": (CounterMetricFamily, "Statements in the log.", ()),
    "log_waiting": (GaugeMetricFamily, "Statements not in the log yet.", ()),
    "log_lag_seconds": (GaugeMetricFamily, "Age of the oldest of them.", ()),
    "queue": (GaugeMetricFamily, "Work by kind and state.", ("kind", "state")),
    "queue_oldest_seconds": (GaugeMetricFamily, "Age of what is due longest.", ("kind", "state")),
    "database_idle_sessions": (GaugeMetricFamily, "Sessions that lie idle.", ()),
    "counters": (GaugeMetricFamily, "Counters that hand in here.", ()),
    "counter_silent_seconds": (GaugeMetricFamily, "Since the counter that is silent longest handed in.", ()),
}
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=_own)


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered, by the template of its route."""
    _requests.labels(method if method in METHODS else "other", route, str(status)).inc()
    _seconds.labels(route).observe(seconds)
    if status == 429:
        _limited.inc()


class _Standing(Collector):
    """What the databases know, and what this process holds open. `stores` are the desks by the nature of their stores; `looked` gives
    every check of readiness with its answer."""

    def __init__(self, stores: Mapping[str, Desk], looked: Callable[[], Mapping[str, str]]) -> None:
        self._stores, self._looked = stores, looked

    def collect(self) -> Iterable[Metric]:
        from entrepot.portal.live import listening

        build = {"version": __version__, "python": platform.python_version(), "nature": next(iter(self._stores))}
        yield InfoMetricFamily("entrepot_build", "What runs here.", value=build)
        ready = GaugeMetricFamily("entrepot_ready", "How each check of readiness stands: 1 well.", labels=("check",))
        for name, answer in self._looked().items():
            ready.add_metric((name,), float(answer == "ok"))
        yield ready
        yield from _of_stores(self._stores)
        yield GaugeMetricFamily("entrepot_live_streams", "Live streams open in this process.", value=listening())


def _of_stores(stores: Mapping[str, Desk]) -> Iterable[Metric]:
    """The log, the queues and the counters of each store; of one that does not answer nothing, and the check says so."""
    families = {
        name: kind(f"entrepot_{name}", text, labels=("store", *labels))
        for name, (kind, text, labels) in _FAMILIES.items()
    }
    for nature, desk in stores.items():
        try:
            queues, known = desk.store.queues(), counters(desk.store)
        except StoreError:
            continue
        families["statements"].add_metric((nature,), queues.placed)
        families["log_waiting"].add_metric((nature,), queues.unplaced)
        families["log_lag_seconds"].add_metric((nature,), queues.lag)
        for queue in (*queues.outbox, *queues.deliveries):
            families["queue"].add_metric((nature, queue.kind, queue.state), queue.count)
            families["queue_oldest_seconds"].add_metric((nature, queue.kind, queue.state), queue.oldest)
        families["database_idle_sessions"].add_metric((nature,), desk.store.database.idle)
        families["counters"].add_metric((nature,), len(known))
        silent = [desk.store.clock() - datetime.fromisoformat(one.seen_at or one.registered_at) for one in known]
        families["counter_silent_seconds"].add_metric(
            (nature,), max((one.total_seconds() for one in silent), default=0.0)
        )
    return families.values()


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


def metrics(
    request: HttpRequest, stores: Mapping[str, Desk], looked: Callable[[], Mapping[str, str]]
) -> HttpResponseBase:
    """All figures in Prometheus' text form, of the stores by their natures; 404 for whoever may not look."""
    if not _may_look(request):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    registry.register(_Standing(stores, looked))
    text = generate_latest(registry)
    if os.environ.get(SHARED):
        shared = CollectorRegistry()
        of_all_workers: Callable[..., object] = MultiProcessCollector
        of_all_workers(shared)
        text += generate_latest(shared)
    else:
        text += generate_latest(_own)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)
