"""The console's two languages: gettext with English sentences as keys, one Jinja environment a language."""

import gettext
from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined

from kanhe.console import law_terms, terms
from kanhe.console.static import address_of
from kanhe.kit.clock import from_ms
from kanhe.law.clock import FOREVER_MS

LANGUAGES = ("en", "zh")
LOCALE_FOLDER = Path(str(resources.files("kanhe.console"))) / "locale"
DOMAIN = "messages"
# What Babel calls them, and the tags of html's lang attribute.
BABEL: Mapping[str, str] = {"en": "en", "zh": "zh_Hans"}
TAGS: Mapping[str, str] = {"en": "en", "zh": "zh-Hans"}
# Prices are kept in millionths of the platform's currency.
MICRO = 1_000_000
# Above this a tenth of a message a second is noise.
RATE_IN_TENTHS = 100


class Speech:
    """Renders templates in either language."""

    def __init__(self) -> None:
        loader = PackageLoader("kanhe.console")
        self._environments = {language: _environment(loader, language) for language in LANGUAGES}

    def render(self, template: str, language: str, **told: object) -> str:
        """A template in a language."""
        return self._environments[language].get_template(template).render(**told)


def catalogue(language: str) -> gettext.NullTranslations:
    """The sentences of a language; English speaks for itself."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_FOLDER, [language])


def _environment(loader: PackageLoader, language: str) -> Environment:
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(catalogue(language), newstyle=True)  # type: ignore[attr-defined] # of i18n
    environment.globals.update(
        language=language, tag=TAGS[language], terms=terms, law_terms=law_terms, static=address_of
    )
    environment.filters.update(
        count=lambda number: format_decimal(number, locale=BABEL[language]),
        money=lambda micro: format_decimal(micro / MICRO, "#,##0.00####", locale=BABEL[language]),
        when=wall_clock,
        clock=lambda ms, zone: f"{local(ms, zone):%H:%M:%S}.{ms % 1000:03}",
        minute=lambda ms, zone: f"{local(ms, zone):%H:%M}",
        rate=lambda number: format_decimal(
            number, "#,##0.0" if number < RATE_IN_TENTHS else "#,##0", locale=BABEL[language]
        ),
        span=lambda seconds: format_timedelta(seconds, threshold=2, format="short", locale=BABEL[language]),
        instant=lambda ms: from_ms(ms).isoformat(timespec="milliseconds"),
    )
    return environment


def wall_clock(instant_ms: int, zone: ZoneInfo) -> str:
    """An instant as people of a zone write it."""
    return local(min(instant_ms, FOREVER_MS), zone).strftime("%Y-%m-%d %H:%M:%S")


def local(instant_ms: int, zone: ZoneInfo) -> datetime:
    """An instant on the wall clock of a zone."""
    return from_ms(instant_ms).astimezone(zone)
