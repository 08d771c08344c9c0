"""What lies in a data folder: the database, the operator's socket, the ledger's keys, the documents of papers."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kanhe.kit.rng import Rng
from kanhe.kit.vault import Vault
from kanhe.ledger.checkpoint import node_origin
from kanhe.ledger.note import SigningKey, VerifierKey, make_signing_key, parse_signing_key, parse_verifier_key
from kanhe.settings import Settings
from kanhe.store.errors import StoreError
from kanhe.store.sqlite.connect import look_through, take_lock
from kanhe.store.sqlite.ledger import LedgerFile
from kanhe.upkeep.evidence import LedgerBook

DATABASE, CONTROL, VERIFIER, FILES = "kanhe.db", "control.sock", "ledger.pub", "files"
# Stands there from a restore to the end of the start after it.
RESTORED = "restored"


def ledger_key(data: Path, settings: Settings, vault: Vault, rng: Rng) -> SigningKey:
    """The key that signs this node's checkpoints, sealed in a file; made at the first start, its public half beside it."""
    path, name = data / "ledger.key", node_origin(settings.platform.origin, settings.platform.node)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(vault.seal(make_signing_key(name, rng.token(32)).secret_text, name), "utf-8")
    key = parse_signing_key(vault.open(path.read_text("utf-8"), name))
    (data / VERIFIER).write_text(key.verifier.text + "\n", "utf-8")
    return key


def verifier_of(data: Path) -> VerifierKey:
    """The public key of the ledger in a data folder."""
    return parse_verifier_key((data / VERIFIER).read_text("utf-8").strip())


@contextmanager
def open_ledger(data: Path) -> Iterator[tuple[LedgerBook, VerifierKey]]:
    """The ledger in a data folder, read beside a running platform or without one."""
    verifier = verifier_of(data)
    with closing(LedgerFile(data / DATABASE)) as entries:
        yield LedgerBook(entries, verifier), verifier


def _look_at(backup: Path, path: Path) -> None:
    """Raise `StoreError` for what is no backup of ours."""
    if not backup.is_file():
        raise StoreError(f"there is no backup `{backup}`: name the file that `kanhe backup` has written")
    if path.exists() and backup.samefile(path):
        raise StoreError(f"`{backup}` is the database itself; a restore needs what `kanhe backup` has written")
    log = backup.with_name(backup.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise StoreError(
            f"`{backup}` is half of a database, the rest is in `{log.name}`: `kanhe backup` writes whole ones"
        )


def restore_backup(settings: Settings, backup: Path) -> None:
    """Put a backup in place of the database of a platform that does not run. Raises `StoreError`, `OSError`.

    It is copied and looked through before anything is taken away.
    """
    path = Path(settings.platform.data) / DATABASE
    beside = path.with_name(DATABASE + ".restoring")
    _look_at(backup, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(take_lock(path)):
        shutil.copyfile(backup, beside)
        look_through(beside, named=backup)
        for stale in (path.with_name(DATABASE + "-wal"), path.with_name(DATABASE + "-shm")):
            stale.unlink(missing_ok=True)
        beside.replace(path)
        path.with_name(RESTORED).touch()  # the next start knows that the world has gone on since
