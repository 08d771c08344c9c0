"""What can be wrong with bytes that claim to belong to a ledger; each is answerable by naming the bytes."""


class LedgerError(ValueError):
    """The bytes or the state handed in are not what the ledger's formats allow."""


class EntryError(LedgerError):
    """The octets are not an entry of a known version and kind."""


class TileError(LedgerError):
    """The path or the octets of a tile or entry bundle break C2SP tlog-tiles, or a tile is not there."""


class NoteError(LedgerError):
    """The text is no C2SP signed note, or no trusted key signed it."""


class CheckpointError(LedgerError):
    """The note's text is no C2SP checkpoint, or is not one of the expected log."""


class OrderError(LedgerError):
    """Entries came in another order than that of their ids: indexes given once never change."""


class ResumeError(LedgerError):
    """The stored tiles do not lead to the root that was signed last: nothing may be signed on top of them."""


class BundleError(LedgerError):
    """The evidence bundle is not of the documented form."""
