"""Documents as they are handed in: what they are, by what they begin with, never by their name."""

from kanhe.records.checks import Wrong

# A scan of ten pages at 300 dpi; what is larger was never meant to be read.
OCTETS_MAX = 20 * 1024 * 1024
# Documents of one version: every role three times over. Each may take 20 MB.
DOCUMENTS_MAX = 24

_PDF, _PNG, _JPEG, _OFD = "application/pdf", "image/png", "image/jpeg", "application/ofd"
# What files of these kinds begin with.
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", _PDF),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
)
# An OFD (GB/T 33190), in which Chinese registers issue electronic licences, is a ZIP whose entry names this file.
_ZIP, _OFD_ENTRY = b"PK\x03\x04", b"OFD.xml"
KNOWN = "PDF, PNG, JPEG or OFD"


def media_of(octets: bytes) -> str | None:
    """The media type of a document; None: it is none of those that a reviewer can read."""
    for magic, media in MAGIC:
        if octets.startswith(magic):
            return media
    return _OFD if octets.startswith(_ZIP) and _OFD_ENTRY in octets else None


def faults(octets: bytes, role: str, roles: tuple[str, ...], there: int) -> Wrong | None:
    """Why a document cannot be taken."""
    if role not in roles:
        return Wrong("document.role-unknown", f"roles of this paper are {', '.join(roles)}", "role")
    if not octets:
        return Wrong("document.type-unknown", "it is empty")
    if len(octets) > OCTETS_MAX:
        return Wrong("body.too-large", f"at most {OCTETS_MAX} octets")
    if media_of(octets) is None:
        return Wrong("document.type-unknown", f"it is no {KNOWN}")
    if there >= DOCUMENTS_MAX:
        return Wrong("document.too-many", f"at most {DOCUMENTS_MAX} of one version")
    return None
