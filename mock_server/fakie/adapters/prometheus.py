"""Adapter for prometheus_client: the figures of a fake in the text format that Prometheus reads.

Each answer has a registry of its own, so that fakes in one process have nothing in common, and neither with what else
is measured there.
"""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from fakie.core.health.figures import CLASSES, Figures
from fakie.core.ports import Media


def exposition(figures: Figures) -> Media:
    """Return figures in the text format, with those of this process where the system tells them.

    Not where several are the fake: each scrape would show another one's.
    """
    registry = CollectorRegistry()
    if figures.processes == 1:
        ProcessCollector(registry=registry)
    registry.register(_Once(figures))
    return Media(generate_latest(registry), CONTENT_TYPE_LATEST, ".txt")


class _Once(Collector):
    """Hands out one set of figures."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[Metric]:
        yield from _counters(self._figures)
        yield _times(self._figures)
        yield from _gauges(self._figures)


def _counters(figures: Figures) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "fakie_requests",
        "Requests to the API, by what was found out and for which model",
        labels=("situation", "model"),
    )
    for asked, times in figures.requests.items():
        requests.add_metric((asked.situation, asked.model), times.count)
    levers = CounterMetricFamily("fakie_lever_calls", "Calls of levers, scrapes among them", labels=("situation",))
    for situation, count in figures.levers.items():
        levers.add_metric((situation,), count)
    callbacks = CounterMetricFamily(
        "fakie_callbacks", "Attempts to send a callback that have ended", labels=("outcome", "attempt")
    )
    for called, count in figures.callbacks.items():
        callbacks.add_metric((called.outcome, str(called.attempt)), count)
    errors = CounterMetricFamily("fakie_store_errors", "Changes that the store could not keep")
    errors.add_metric((), figures.store_errors)
    yield from (requests, levers, callbacks, errors)


def _times(figures: Figures) -> Metric:
    family = HistogramMetricFamily(
        "fakie_request_seconds",
        "Time of the fake's own work on a request, by what was found out",
        labels=("situation",),
    )
    upper_ends = (*map(str, CLASSES), "+Inf")
    for situation, times in figures.times.items():
        # Each class of Prometheus holds what the ones below it hold.
        family.add_metric((situation,), list(zip(upper_ends, accumulate(times.classes), strict=True)), times.seconds)
    return family


def _gauges(figures: Figures) -> Iterator[Metric]:
    about = GaugeMetricFamily("fakie_info", "What this fake is; always 1", labels=("version", "profile", "docs"))
    about.add_metric((figures.version, figures.profile, figures.docs), 1)
    tasks = GaugeMetricFamily("fakie_tasks", "Tasks that are remembered, by state", labels=("state",))
    for state, count in figures.tasks.items():
        tasks.add_metric((state,), count)
    yield from (about, tasks)
    yield _gauge("fakie_processes", "Processes that are this fake, and live", figures.processes)
    yield _gauge("fakie_accounts", "Accounts that are open", figures.accounts)
    yield _gauge("fakie_schedule_events", "Events that wait until they are due", figures.events)
    yield _gauge("fakie_schedule_lag_seconds", "By how much the earliest event is late", figures.lag)


def _gauge(name: str, what: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, what)
    family.add_metric((), value)
    return family
