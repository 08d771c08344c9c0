"""Who may come in at a door of the carrier protocols, asked at each login: papers change without dropping sessions."""

from collections.abc import Mapping

from kanhe.domain.papers import Credential as Paper
from kanhe.kit.networks import is_within
from kanhe.kit.vault import Vault
from kanhe.protocols.settings import AccountLimits, Credential


class CredentialBook:
    """The credentials of one kind that are in force."""

    def __init__(self, papers: Mapping[tuple[str, str], Paper], kind: str, vault: Vault) -> None:
        self._papers, self._kind, self._vault = papers, kind, vault

    def __call__(self, login: str) -> Credential | None:
        """The credential of `login`, its secret opened."""
        paper = self.paper(login)
        if paper is None:
            return None
        secret = self._vault.open(paper.secret, f"{paper.kind}/{paper.name}")
        limits = AccountLimits(paper.window, paper.rate_per_s, paper.sessions_max)
        return Credential(paper.name, secret, limits)

    def paper(self, login: str) -> Paper | None:
        """The paper behind a login; None when there is none, or it was revoked."""
        paper = self._papers.get((self._kind, login))
        return None if paper is None or paper.revoked else paper

    def admitted(self, login: str, peer: str) -> Paper | None:
        """The paper of a login that may come from this address."""
        paper = self.paper(login)
        return None if paper is None or (paper.networks and not is_within(peer, paper.networks)) else paper
