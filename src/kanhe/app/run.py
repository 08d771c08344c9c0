"""Runs a platform until it is told to stop, and what is done to one that stands still."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable

import structlog

from kanhe.app.platform import Platform, log
from kanhe.settings import Settings


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


def run(settings: Settings) -> bool:
    """Run a platform until SIGINT or SIGTERM; False when it broke and must be started anew."""

    async def whole() -> bool:
        platform = Platform(settings)
        await platform.start()
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
