"""What this process counts, for Prometheus: closed sets of labels only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from personalization.flows.serving import serving

counts: Counter[str] = Counter()
"""Decisions by their reason."""


class Serves(Collector):
    """Reads the numbers where they are kept."""

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        decisions = CounterMetricFamily("decisions", "Decisions given", labels=["reason"])
        for reason, number in tuple(counts.items()):
            decisions.add_metric([reason], number)
        yield decisions
        yield CounterMetricFamily("decisions_logged", "Rows written", value=serving.log.written)
        yield CounterMetricFamily("decisions_unlogged", "Rows lost", value=serving.log.lost)
        yield GaugeMetricFamily("sockets", "Listeners", value=len(serving.hub.boxes))
        yield GaugeMetricFamily("sites", "Sites compiled", value=len(serving.current.sites))
        connected = float(serving.cache.connected)
        yield GaugeMetricFamily("cache_connected", "Whether the cache answers", value=connected)


registry = CollectorRegistry()
registry.register(Serves())


def text() -> bytes:
    """Return all metrics in Prometheus' text form."""
    return generate_latest(registry)
