"""Chinese and English are equals: no sentence without its translation, none guessed, none left over, and what is packaged is compiled."""

import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from kanhe.console.words import DOMAIN, LOCALE_FOLDER, Speech, catalogue

CONSOLE = LOCALE_FOLDER.parent
CHINESE = LOCALE_FOLDER / "zh" / "LC_MESSAGES"
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true"}}
KEYWORDS = {"_": None, "_N": None, "gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@cache
def asked_for() -> frozenset[str]:
    """Every sentence that code and templates say (of a plural its singular)."""
    found = extract_from_dir(CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS)
    return frozenset(ids if isinstance(ids, str) else ids[0] for _, _, ids, _, _ in found)


@cache
def written() -> Catalog:
    with (CHINESE / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file)


def messages() -> list[Message]:
    return [message for message in written() if message.id]


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_there_are_sentences_at_all() -> None:
    assert len(asked_for()) > 200


def test_every_sentence_is_translated_and_none_is_left_over() -> None:
    assert {key(message) for message in messages()} == asked_for()
    assert [key(message) for message in messages() if not all(forms(message))] == []


def test_no_translation_is_a_guess() -> None:
    assert [key(message) for message in messages() if message.fuzzy] == []
    assert not written().obsolete


def test_translations_tell_the_same() -> None:
    differing = [
        key(message)
        for message in messages()
        for form in forms(message)
        if set(PLACEHOLDER.findall(form)) != set(PLACEHOLDER.findall(key(message)))
    ]
    assert differing == []


def test_what_is_packaged_is_the_compiled_catalogue() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, written())
    assert (CHINESE / f"{DOMAIN}.mo").read_bytes() == compiled.getvalue()
    assert catalogue("zh").gettext("Messages") == "短信"


def test_a_plural_is_said_in_both_languages() -> None:
    for language, one, two in (("en", "1 rule", "2 rules"), ("zh", "1 条规则", "2 条规则")):
        said = catalogue(language)
        assert said.ngettext("%(num)s rule", "%(num)s rules", 1) % {"num": 1} == one
        assert said.ngettext("%(num)s rule", "%(num)s rules", 2) % {"num": 2} == two


def test_every_template_compiles_and_holds_nothing_that_the_policy_forbids() -> None:
    speech = Speech()
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|\[[^\]]*\]\s*from:", re.IGNORECASE
    )
    for path in sorted((CONSOLE / "templates").glob("*.html")):
        assert not inline.search(path.read_text("utf-8")), path.name
        for environment in speech._environments.values():
            environment.get_template(path.name)


def test_colours_come_from_tokens() -> None:
    sheet = (CONSOLE / "static" / "console.css").read_text("utf-8")
    _, _, rules = sheet.partition("/* --- ground --- */")
    stray = [line for line in rules.splitlines() if re.search(r"#[0-9a-f]{3,8}\b", line) and "light-dark(" not in line]
    assert stray == []


def test_chinese_has_no_italics_and_room_between_lines() -> None:
    sheet = Path(CONSOLE / "static" / "console.css").read_text("utf-8")
    assert "italic" not in sheet
    assert re.search(r":lang\(zh\) \{[^}]*line-height: 1\.7;[^}]*letter-spacing: 0;", sheet)
