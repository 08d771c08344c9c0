"""Runs a platform until it is told to stop, and what is done to one that stands still."""

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable

import structlog

from kanhe.app.platform import Platform, log
from kanhe.app.roads import LINK_DOORS
from kanhe.kit.vault import SecretUnreadableError
from kanhe.settings import Settings
from kanhe.store.errors import StoreError


def set_logs(*, quiet: bool = False) -> None:
    """Lines of ids; traces without the values of variables, which are numbers and texts of people. `quiet`: only what needs a person."""
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[*structlog.get_config()["processors"][:-1], renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR if quiet else logging.INFO),
    )


# The writer thread must get the interpreter within half a millisecond of its disk answering.
SWITCH_INTERVAL_S = 0.0005

# The collector's first generation fills in milliseconds at full speed; hot nouns are outside it, so it may run rarely.
GC_THRESHOLDS = (50_000, 20, 100)


def set_collector() -> None:
    """What is built stays as long as the process: the collector need never look at it again. One platform a process only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


class CannotStartError(Exception):
    """Something outside stands in the way; the message says what, and what to do."""


def look_at_ports(settings: Settings) -> None:
    """Raise `CannotStartError` when another program listens where a door would."""
    for name in ("http", *LINK_DOORS):
        section = getattr(settings, name)
        if not section.enabled:
            continue
        with socket.socket(socket.AF_INET6 if ":" in section.host else socket.AF_INET) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((section.host, section.port))
            except OSError as error:
                raise CannotStartError(
                    f"the door `{name}` cannot listen on {section.host} port {section.port}: {error.strerror}; "
                    f"end what listens there, or set KANHE_{name.upper()}_PORT"
                ) from error


async def _start(settings: Settings) -> Platform:
    look_at_ports(settings)
    try:
        platform = Platform(settings)
    except (StoreError, SecretUnreadableError, OSError) as error:
        raise CannotStartError(str(error)) from error
    set_collector()
    await platform.start()
    return platform


def run(settings: Settings) -> bool:
    """Run a platform until SIGINT or SIGTERM; False when it broke and must be started anew. Raises `CannotStartError`."""

    async def whole() -> bool:
        platform = await _start(settings)
        log.info("ready", doors=platform.doors, data=str(platform.data))
        if (link := await platform.login_link()) is not None:
            print(f"The console's owner logs in here, once, within 15 minutes:\n{link}", flush=True)  # noqa: T201 - for the person at the terminal
        told = False

        def tell() -> None:
            nonlocal told
            told = True
            platform.over.set()

        for signal_number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signal_number, tell)
        await platform.over.wait()
        await platform.stop()
        return told

    set_logs()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        return runner.run(whole())


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Uvloop where it is installed (extra `speed`)."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
