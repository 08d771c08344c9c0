"""Candidate routes, selected once per (live, country); made anew whenever a route paper changes."""

from collections.abc import Iterable

from kanhe.domain.papers import Route


class Routes:
    """All routes in force. A test key may take simulated routes only, whatever their preference."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = sorted(routes, key=lambda route: (route.preference, route.name))
        self._seen: dict[tuple[bool, str | None], tuple[Route, ...]] = {}

    def candidates(self, live: bool, country: str | None) -> tuple[Route, ...]:
        """Routes that deliver to `country`, preferred first."""
        key = (live, country)
        if (known := self._seen.get(key)) is None:
            known = self._seen[key] = tuple(
                route
                for route in self._routes
                if (live or route.simulated) and (not route.countries or country in route.countries)
            )
        return known
