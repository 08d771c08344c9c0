"""Documents on disk, under the SHA-256 of what they hold; those that show a person are sealed. Nothing is ever overwritten."""

import asyncio
import hashlib
from pathlib import Path

from kanhe.kit.vault import Vault

# Two letters of the digest: 256 folders, so that none holds a hundred thousand files.
FOLDER_CHARS = 2


class FileStore:
    """`kanhe.ports.dossiers.Files` in a folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder, self._vault = folder, vault

    async def keep(self, octets: bytes, *, sealed: bool) -> str:
        """Write a document; its digest."""
        return await asyncio.to_thread(self._keep, octets, sealed)

    async def fetch(self, digest: str, *, sealed: bool) -> bytes | None:
        """The octets of a document; None: it is not there, or not what it was."""
        return await asyncio.to_thread(self._fetch, digest, sealed)

    def _keep(self, octets: bytes, sealed: bool) -> str:
        digest = hashlib.sha256(octets).hexdigest()
        path = self._path(digest, sealed)
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = path.with_suffix(".part")
            unfinished.touch(mode=0o600)
            unfinished.write_bytes(self._vault.seal_octets(octets, digest) if sealed else octets)
            unfinished.replace(path)
        return digest

    def _fetch(self, digest: str, sealed: bool) -> bytes | None:
        path = self._path(digest, sealed)
        if not path.exists():
            return None
        octets = self._vault.open_octets(path.read_bytes(), digest) if sealed else path.read_bytes()
        return octets if hashlib.sha256(octets).hexdigest() == digest else None

    def _path(self, digest: str, sealed: bool) -> Path:
        return self._folder / digest[:FOLDER_CHARS] / (digest + (".sealed" if sealed else ""))
