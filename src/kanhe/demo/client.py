"""The demo's own customer, by HTTP: what a developer would write on the first day."""

import aiohttp
import msgspec

from kanhe.sim.papers import API_KEY


class Api:
    """The platform's API with the rehearsal key."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {API_KEY}"})

    async def close(self) -> None:
        """No more requests."""
        await self._session.close()

    async def post(self, path: str, body: object) -> tuple[int, dict[str, object]]:
        """(status, answer) of a POST."""
        headers = {"Content-Type": "application/json"}
        async with self._session.post(self._base + path, data=msgspec.json.encode(body), headers=headers) as response:
            return response.status, _object(await response.read())

    async def get(self, path: str) -> tuple[int, dict[str, object]]:
        """(status, answer) of a GET."""
        async with self._session.get(self._base + path) as response:
            return response.status, _object(await response.read())

    async def octets(self, path: str) -> tuple[int, bytes]:
        """(status, body) of a GET, as it is."""
        async with self._session.get(self._base + path) as response:
            return response.status, await response.read()


def _object(body: bytes) -> dict[str, object]:
    return msgspec.json.decode(body, type=dict[str, object]) if body else {}
