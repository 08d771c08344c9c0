"""What `/metrics` shows. Counting costs one look-up in a dict; text is made when somebody asks."""

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from kanhe.world import World


class Counts:
    """Requests by endpoint and status."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()

    def add(self, endpoint: str, status: int) -> None:
        """Count one request."""
        self.requests[endpoint, status] += 1


class _Collector:
    def __init__(self, world: World, counts: Counts) -> None:
        self._world, self._counts = world, counts

    def collect(self) -> Iterator[Metric]:
        """All families."""
        requests = CounterMetricFamily("kanhe_http_requests", "Requests answered", labels=("endpoint", "status"))
        for (endpoint, status), count in sorted(self._counts.requests.items()):
            requests.add_metric((endpoint, str(status)), count)
        yield requests
        yield GaugeMetricFamily("kanhe_intake_waiting", "Messages that wait for their commit", len(self._world.intake))
        yield GaugeMetricFamily("kanhe_board_messages", "Messages on their way", len(self._world.board))
        yield from self._since_the_start()
        yield from self._needs_a_person()
        outboxes = GaugeMetricFamily("kanhe_outbox_waiting", "Messages that wait for a carrier", labels=("connector",))
        for name, outbox in sorted(self._world.outboxes.items()):
            outboxes.add_metric((name,), len(outbox))
        yield outboxes
        links = CounterMetricFamily(
            "kanhe_link_events",
            "Logins, refusals, faults of peers, lost sessions",
            labels=("side", "name", "what", "why"),
        )
        for seen, count in sorted(self._world.watch.counts.items()):
            links.add_metric(seen, count)
        yield links

    def _since_the_start(self) -> Iterator[Metric]:
        verdicts = CounterMetricFamily(
            "kanhe_verdicts", "Messages judged when they were handed in", labels=("outcome",)
        )
        for outcome, count in sorted(self._world.verdicts.items()):
            verdicts.add_metric((outcome.name.lower(),), count)
        yield verdicts
        ends = CounterMetricFamily("kanhe_ended", "Messages that came to their end after a claim", labels=("state",))
        for state, count in sorted(self._world.ends.items()):
            ends.add_metric((state.word,), count)
        yield ends

    def _needs_a_person(self) -> Iterator[Metric]:
        world = self._world
        yield GaugeMetricFamily("kanhe_due_waiting", "Messages that wait for their time", len(world.due))
        yield GaugeMetricFamily("kanhe_held_waiting", "Messages that wait for reviewers", len(world.held))
        yield GaugeMetricFamily("kanhe_store_held_up", "1 while nothing can be written", int(world.unwritten > 0))
        yield GaugeMetricFamily(
            "kanhe_clock_jumped", "1 until an operator has looked", int(world.steadiness.jumped_ms != 0)
        )
        faults = CounterMetricFamily(
            "kanhe_faults",
            "Items that broke a loop and were set apart, or a stage of the gate and were parked",
            labels=("where",),
        )
        for where, count in sorted(world.faults.counts.items()):
            faults.add_metric((where,), count)
        yield faults


def text(world: World, counts: Counts) -> bytes:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(world, counts))
    return generate_latest(registry)
