"""Vector files run against our own codecs and sessions: `kanhe sim vectors FILE...`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from kanhe.protocols import vectors
from kanhe.protocols.cmpp import family as cmpp
from kanhe.protocols.sgip import family as sgip
from kanhe.protocols.smgp import family as smgp
from kanhe.protocols.smpp import family as smpp
from kanhe.protocols.vectors import Family, Vector

FAMILIES: Mapping[str, Family] = {module.FAMILY.name: module.FAMILY for module in (smpp, cmpp, sgip, smgp)}


class CaseReport(Struct, frozen=True):
    """One case."""

    name: str
    passed: bool
    detail: str = ""


class FileReport(Struct, frozen=True):
    """One file; `error` when it could not be read at all."""

    path: str
    cases: tuple[CaseReport, ...] = ()
    error: str = ""

    @property
    def failed(self) -> int:
        """Cases that failed; a file that cannot be read is one."""
        return sum(not case.passed for case in self.cases) + bool(self.error)

    def line(self) -> str:
        """The file in a line."""
        return f"{self.path}: {self.error or f'{len(self.cases) - self.failed} of {len(self.cases)} passed'}"


class VectorReport(Struct, frozen=True):
    """All files of a run."""

    files: tuple[FileReport, ...]
    passed: int
    failed: int

    @property
    def ok(self) -> bool:
        """True when everything could be read and passed."""
        return not self.failed

    def lines(self) -> list[str]:
        """For people: what failed and why, then one line a file."""
        wrong = [
            f"{file.path}: {case.name}: {case.detail}" for file in self.files for case in file.cases if not case.passed
        ]
        return wrong + [file.line() for file in self.files]


def run_files(paths: Iterable[Path]) -> VectorReport:
    """Every case of every file."""
    files = tuple(_run_file(path) for path in paths)
    passed = sum(case.passed for file in files for case in file.cases)
    return VectorReport(files, passed, sum(file.failed for file in files))


def _run_file(path: Path) -> FileReport:
    try:
        document = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.DecodeError) as error:
        return FileReport(str(path), error=str(error))
    found = vectors.cases(document)
    return FileReport(
        str(path), tuple(map(_run_case, found)), "" if found else "holds neither `vectors` nor `sessions`"
    )


def _run_case(case: Vector) -> CaseReport:
    """A case that does not follow the schema is a failed case: the file is a user's."""
    if not isinstance(case, dict):
        return CaseReport("?", passed=False, detail="a case is an object")
    try:
        result = vectors.run({"vectors": [case]}, FAMILIES)[0]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return CaseReport(str(case.get("name", "?")), passed=False, detail=f"does not follow the schema: {error!r}")
    return CaseReport(result.name, result.passed, result.detail)
