"""Users of the console: who may log in, as what, and what each role may see and do."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """What a user is to the platform."""

    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    AUDITOR = "auditor"
    DEVELOPER = "developer"
    VIEWER = "viewer"


class Permission(StrEnum):
    """One thing that a page asks for."""

    FIGURES = "figures"  # how the platform is
    MESSAGES = "messages"  # messages, with their numbers masked
    NUMBERS = "numbers"  # numbers and codes unmasked, and evidence that opens them; each time recorded
    PROOFS = "proofs"  # verify the ledger's proof of a message
    RULES = "rules"
    PAPERS = "papers"  # what is on file, with its history; its documents ask for `numbers`
    REVIEWS = "reviews"  # what waits for people, and what they decided
    FILE = "file"  # file papers, prove them, take them back
    CONSENTS = "consents"  # note what people agreed to and refused
    DECIDE = "decide"  # claim and decide what waits; suspend papers and put them in force again
    ANNOUNCE = "announce"  # ask for announcements of authorities, and confirm what another asked for
    RECORDS = "records"  # who looked at what
    USERS = "users"  # make users, their keys and login links


_P = Permission
_SEES = frozenset({_P.FIGURES, _P.MESSAGES, _P.PROOFS, _P.RULES, _P.PAPERS, _P.REVIEWS})
_DECIDES = frozenset({_P.DECIDE, _P.ANNOUNCE, _P.USERS})
_ACTS = _DECIDES | {_P.FILE, _P.CONSENTS}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(Permission),
    Role.OPERATOR: _SEES | {_P.NUMBERS, _P.FILE, _P.CONSENTS, _P.ANNOUNCE},
    Role.REVIEWER: _SEES | {_P.NUMBERS, _P.CONSENTS, _P.DECIDE},
    Role.FINANCE: frozenset({_P.FIGURES, _P.MESSAGES, _P.RULES}),
    Role.AUDITOR: frozenset(Permission) - _ACTS,
    Role.DEVELOPER: _SEES,
    Role.VIEWER: frozenset({_P.FIGURES, _P.RULES}),
}
assert set(ALLOWED) == set(Role)

# What only users of the whole platform have: nobody decides of his own account's papers, or reads of others' users.
OF_THE_PLATFORM = _DECIDES | {_P.RECORDS}

# Roles whose every look is recorded, not only those that open something.
EVERY_LOOK_RECORDED = frozenset({Role.AUDITOR})


class User(msgspec.Struct, frozen=True):
    """Somebody who may log in."""

    id: int
    name: str
    role: Role
    account: int | None  # None: sees the whole platform
    created_at: int  # ms
    closed_at: int | None = None  # ms

    def may(self, permission: Permission) -> bool:
        """Whether the user has a permission: by role, and whether of the whole platform or of one account."""
        return permission in ALLOWED[self.role] and (self.account is None or permission not in OF_THE_PLATFORM)


class LoginLink(msgspec.Struct, frozen=True):
    """A link that logs one user in once; its token is kept as a keyed digest."""

    digest: str
    user: int
    expires_at: int  # ms


class Session(msgspec.Struct, frozen=True):
    """A user who is logged in; its token is kept as a keyed digest."""

    digest: str
    user: int
    expires_at: int  # ms


class Look(msgspec.Struct, frozen=True):
    """A record that somebody looked at something."""

    at: int  # ms
    user: int
    what: str  # the page, or what was opened
    about: str = ""  # an id, never a number
    seq: int = 0  # given by the store
