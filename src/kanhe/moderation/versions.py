"""Model versions on disk: kept under their names, promoted only if nothing gets worse, rolled back in one step.

A folder holds `<version>.model.xz` files and `history`, one promoted version a line; the last line is in force. A folder without
history serves the seed model. The file `shadow` names the version that is tried beside it, if any.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kanhe.moderation.model import Model, ModelFile, load_model, seed_model, to_bytes

HISTORY: Final = "history"
SHADOW: Final = "shadow"
SUFFIX: Final = ".model.xz"
SEED: Final = "seed"


class VersionError(ValueError):
    """A version that is not there, or a history that has no step back."""


def keep(folder: Path, model: ModelFile) -> Path:
    """Store a model under its version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{model.version}{SUFFIX}"
    _write(path, to_bytes(model))
    return path


def history(folder: Path) -> list[str]:
    """Answer the versions promoted so far, the one in force last."""
    path = folder / HISTORY
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def in_force(folder: Path) -> str:
    """Answer the version in force."""
    return (history(folder) or [SEED])[-1]


def model_of(folder: Path, version: str) -> Model:
    """Load a version; `seed` is the one that the package ships."""
    if version == SEED:
        return seed_model()
    path = folder / f"{version}{SUFFIX}"
    if version not in {p.name.removesuffix(SUFFIX) for p in folder.glob(f"*{SUFFIX}")}:
        raise VersionError(f"no model `{version}` in `{folder}`")
    return load_model(path)


def put_in_force(folder: Path, version: str) -> None:
    """Make a version the one in force; whoever calls has checked it."""
    model_of(folder, version)
    _record(folder, [*history(folder), version])


def step_back(folder: Path) -> str:
    """Take the last promotion back; answer the version now in force."""
    promoted = history(folder)
    if not promoted:
        raise VersionError("the seed model is in force; there is nothing to roll back")
    _record(folder, promoted[:-1])
    return in_force(folder)


def shadow(folder: Path) -> str | None:
    """Answer the version that is tried in the shadow of the one in force."""
    path = folder / SHADOW
    return path.read_text(encoding="utf-8").strip() or None if path.exists() else None


def put_in_shadow(folder: Path, version: str | None) -> None:
    """Try a version in the shadow from the next load on, or none."""
    if version is not None:
        model_of(folder, version)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / SHADOW, (version or "").encode())


def _record(folder: Path, promoted: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / HISTORY, "".join(f"{version}\n" for version in promoted).encode())


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
