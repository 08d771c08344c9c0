"""Second opinions of a platform: who is asked is a setting; every one answers labels, or `SecondOpinionError`.

Asked beside the journeys: about texts that passed, so that misses are seen, and about texts that are held, for the reviewer. Nothing
waits for an answer, none is required, and none decides.
"""

import asyncio
from importlib import import_module
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from kanhe.kit.clock import Clock
from kanhe.kit.rng import Rng
from kanhe.moderation import opinions
from kanhe.moderation.opinions import Classifier, SecondOpinionError
from kanhe.moderation.signing import Key, sign
from kanhe.moderation.verdict import Label
from kanhe.settings import Opinions

# Both vendors answer within half a second; who takes longer is asked again in the next round.
ANSWER_S = 5.0
# An answer names some labels: a few kilobytes.
ANSWER_BYTES_MAX = 64 * 1024


class SecondOpinion(Protocol):
    """The one port."""

    @property
    def name(self) -> str:
        """Who is asked."""
        ...

    async def about(self, text: str) -> tuple[Label, ...]:
        """What is wrong with a text, by another's judgement. Raises `SecondOpinionError`."""
        ...

    async def close(self) -> None:
        """Ask no more."""
        ...


class Vendor:
    """Aliyun's or Tencent's moderation service."""

    def __init__(self, settings: Opinions, clock: Clock, rng: Rng) -> None:
        self._settings, self._clock, self._rng = settings, clock, rng
        self._key = Key(settings.key_id, settings.key_secret, settings.region)
        self._host = urlsplit(settings.url).netloc
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        """Which of the two."""
        return self._settings.service

    async def about(self, text: str) -> tuple[Label, ...]:
        """One signed POST."""
        if self._settings.service == "aliyun":
            return opinions.read_aliyun(await self._post(opinions.ask_aliyun(text)))
        return opinions.read_tencent(await self._post(opinions.ask_tencent(text, self._rng.token(16).hex())))

    async def _post(self, request: opinions.SecondOpinionRequest) -> bytes:
        signed = sign(request, self._host, self._key, self._clock.now_ms(), self._rng.token(16).hex())
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S))
        try:
            async with self._session.post(
                f"{self._settings.url.rstrip('/')}/", data=signed.body, headers=signed.headers, allow_redirects=False
            ) as answer:
                return await answer.content.read(ANSWER_BYTES_MAX)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SecondOpinionError(f"{request.service} does not answer: {error!r}") from error

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()


class OwnModel:
    """A model that the operator brings; it thinks in a thread of its own."""

    name = "classifier"

    def __init__(self, classifier: Classifier, review_from: float) -> None:
        self._classifier, self._review_from = classifier, review_from

    async def about(self, text: str) -> tuple[Label, ...]:
        """Its word on one text."""
        try:
            (labels,) = await asyncio.to_thread(opinions.read_classifier, self._classifier, [text], self._review_from)
        except Exception as error:
            raise SecondOpinionError(f"the classifier broke: {error}") from error
        return labels

    async def close(self) -> None:
        """Nothing is open."""


def second_opinion(settings: Opinions, clock: Clock, rng: Rng) -> SecondOpinion | None:
    """Who is asked by these settings, or nobody. An operator's module that is not there ends the start."""
    if not settings.service:
        return None
    if settings.service != "classifier":
        return Vendor(settings, clock, rng)
    module, _, function = settings.classifier.partition(":")
    return OwnModel(getattr(import_module(module), function)(), settings.review_from)
