"""A sheet: papers as an operator writes them in one file (`kanhe apply -f`), read into documents.

    operator: {name: ..., seat: CN, licences: [...]}
    accounts: [{id: 1, name: ...}]
    senders: [{account: 1, name: ..., id: {type: numeric, value: "10690001"}}]
    connectors: [{name: ..., host: ..., password: ...}]
    credentials: [{account: 1, kind: smpp, name: esme01, password: {env: ESME01_PASSWORD}}]

A `password` is plain or `{env: NAME}`; it is sealed before it is written anywhere.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from kanhe.domain.papers import Template
from kanhe.kit.vault import SecretUnreadableError, Vault
from kanhe.records.books import Books
from kanhe.records.documents import KINDS, PaperInvalidError, key_of, read, sealed_for

# Sections of a sheet: the plural of each kind, but there is one operator.
SECTIONS: dict[str, str] = {
    {"operator": "operator", "authority": "authorities"}.get(kind, f"{kind}s"): kind for kind in KINDS
}

# Standard Webhooks: base64 of the key behind its prefix.
WEBHOOK_KEY = re.compile(r"whsec_[A-Za-z0-9+/]+={0,2}")

Papers = list[tuple[str, Mapping[str, object]]]


def load_sheet(path: Path) -> dict[str, object]:
    """The sheet in a YAML (or JSON) file. Raises `PaperInvalidError` with the place."""
    try:
        sheet = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise PaperInvalidError(f"`{path}` cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f"{path}:{place.line + 1}" if place else str(path)
        raise PaperInvalidError(f"{where}: not YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(sheet, dict):
        raise PaperInvalidError(f"{path}: a sheet is a map of {', '.join(SECTIONS)}")
    return sheet


def read_sheet(sheet: Mapping[str, object], vault: Vault, books: Books, environment: Mapping[str, str]) -> Papers:
    """Documents of a sheet, their passwords sealed (a password that has not changed keeps its seal)."""
    return [
        (kind, _sealed(kind, dict(body), vault, books, environment))
        for section, content in sheet.items()
        for kind, body in _bodies(section, content)
    ]


def templates_of(sheet: Mapping[str, object]) -> list[Template]:
    """The templates of a sheet. Raises `PaperInvalidError`."""
    bodies = [body for kind, body in _bodies("templates", sheet.get("templates", []))]
    papers = [read("template", key_of("template", body), 0, body) for body in bodies]
    return [paper for paper in papers if isinstance(paper, Template)]


def _bodies(section: str, content: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    kind = SECTIONS.get(section)
    if kind is None:
        raise PaperInvalidError(f"there is no section `{section}`; sections are {', '.join(SECTIONS)}")
    listed = [content] if kind == "operator" else content
    if not isinstance(listed, list) or not all(isinstance(body, dict) for body in listed):
        raise PaperInvalidError(f"section `{section}` is a list of maps")
    for body in listed:
        yield kind, body


def _sealed(
    kind: str, body: dict[str, object], vault: Vault, books: Books, environment: Mapping[str, str]
) -> Mapping[str, object]:
    if "password" not in body:
        return body
    key = key_of(kind, body)
    name = sealed_for(kind, key)
    password = _plain(kind, key, body.pop("password"), environment)
    if kind == "endpoint" and not WEBHOOK_KEY.fullmatch(password):
        raise PaperInvalidError(f"{kind} `{key}`: its password is a `whsec_` key of Standard Webhooks")
    known = getattr(books.find(kind, key), "secret", "")
    body["secret"] = known if known and _opens_to(vault, known, name, password) else vault.seal(password, name)
    return body


def _plain(kind: str, key: str, password: object, environment: Mapping[str, str]) -> str:
    if isinstance(password, dict) and set(password) == {"env"}:
        variable = str(password["env"])
        if variable not in environment:
            raise PaperInvalidError(f"{kind} `{key}`: the environment has no `{variable}` for its password")
        return environment[variable]
    if isinstance(password, str):
        return password
    raise PaperInvalidError(f"{kind} `{key}`: a password is a text or a map with `env`")


def _opens_to(vault: Vault, sealed: str, name: str, password: str) -> bool:
    try:
        return vault.open(sealed, name) == password
    except SecretUnreadableError:
        return False
