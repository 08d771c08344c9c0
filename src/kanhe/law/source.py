"""YAML with line numbers: plain data, and the line on which each part of it stands."""

from pathlib import Path
from typing import NamedTuple, Protocol

import yaml

# A place inside a document: keys and indices from its root.
At = tuple[str | int, ...]


class Mistake(NamedTuple):
    """What is wrong with a pack, and where."""

    file: str
    line: int
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.what}"


class PackError(Exception):
    """A pack has mistakes; the one in force stays."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class Document(NamedTuple):
    """One YAML file as plain data."""

    file: str
    data: object
    lines: dict[At, int]

    def line(self, at: At) -> int:
        """The line of a place, or of the nearest place around it."""
        while at not in self.lines and at:
            at = at[:-1]
        return self.lines.get(at, 1)


class _Loader(Protocol):
    def get_single_node(self) -> yaml.Node | None: ...
    def construct_object(self, node: yaml.Node) -> object: ...


# libyaml reads the packs ten times faster; PyYAML without it reads them all the same.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_document(path: Path) -> Document:
    """Read one file; what cannot be read, and a key given twice, is a `PackError`."""
    lines: dict[At, int] = {}
    try:
        loader: _Loader = _LOADER(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        data = None if node is None else _plain(loader, node, (), lines)
    except UnicodeDecodeError as error:
        raise PackError((Mistake(path.name, 1, "-", f"not UTF-8 at byte {error.start}"),)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError((Mistake(path.name, line, "-", f"not readable: {error.problem}"),)) from error
    except yaml.YAMLError as error:
        raise PackError((Mistake(path.name, 1, "-", f"not readable: {error}"),)) from error
    return Document(path.name, data, lines)


def _plain(loader: _Loader, node: yaml.Node, at: At, lines: dict[At, int]) -> object:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*at, index), lines) for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    found: dict[object, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in found:
            raise yaml.MarkedYAMLError(problem=f"key `{key}` given twice", problem_mark=key_node.start_mark)
        found[key] = _plain(loader, value_node, (*at, str(key)), lines)
    return found
