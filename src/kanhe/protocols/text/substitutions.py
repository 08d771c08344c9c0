"""Smart substitutions: typographic characters to their GSM 7 neighbours (the table of Twilio's public segment calculator).

Off by default: they change the text, and what is sent must be what was approved. Where a route or an account turns them on, the gate
makes them as an amendment, and both texts are kept. Chinese punctuation is among them, so nothing changes unless the whole result
becomes GSM 7.
"""

import re

from kanhe.protocols.text.alphabets import is_gsm7
from kanhe.protocols.text.segments import segments, stands_alone

# The target, and the characters it stands for: single code points and inclusive ranges.
RULES: tuple[tuple[str, tuple[int | tuple[int, int], ...]], ...] = (
    ('"', (0xAB, 0xBB, (0x201C, 0x201F), 0x2BA, 0x2EE, 0x275D, 0x275E, 0x301D, 0x301E, 0xFF02)),
    (
        "'",
        (
            0x2018,
            0x2019,
            0x201B,
            0x2B9,
            (0x2BB, 0x2BD),
            0x2C8,
            0x2CA,
            0x2CB,
            0xB4,
            0x60,
            0x313,
            0x314,
            0x275B,
            0x275C,
            0xFF07,
        ),
    ),
    ("-", (0x2010, (0x2013, 0x2015), 0x2022, 0x2043, 0x23BC, 0x23BD, 0xFE63, 0xFF0D)),
    ("/", (0xF7, 0x2044, 0x2215, 0x29F8, 0xFF0F)),
    ("...", (0x2026,)),
    ("!!", (0x203C,)),
    ("1/4", (0xBC,)),
    ("1/2", (0xBD,)),
    ("3/4", (0xBE,)),
    (" ", (0xA0, (0x2000, 0x200A), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)),
    ("", (0x200B, 0x200C, 0x2060, 0xFEFF, 0x00, 0x03, 0x04, (0x10, 0x14), 0x17, 0x19)),
    (",", (0x3001,)),
    (".", (0x3002, 0xFF61)),
)


def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}  # full-width forms of ASCII
    for target, sources in RULES:
        for source in sources:
            first, last = source if isinstance(source, tuple) else (source, source)
            table.update(dict.fromkeys(range(first, last + 1), target))
    return table


TABLE: dict[int, str] = _table()


# Beyond the basic plane: two UTF-16 units each; and what joins emoji or chooses their look, which is nothing without them.
ASTRAL = re.compile("[\U00010000-\U0010ffff]")
ASTRAL_RUN = re.compile("[\U00010000-\U0010ffff\u200d\ufe0e\ufe0f]+")


def has_astral(text: str) -> bool:
    """Whether a text has characters beyond the basic plane: emoji, rare ideographs."""
    return ASTRAL.search(text) is not None


def without_astral(text: str) -> tuple[str, dict[str, str]]:
    """A text without them, and what was left out, each with nothing in its place."""
    return ASTRAL_RUN.sub("", text), dict.fromkeys(ASTRAL_RUN.findall(text), "")


def substitute(text: str) -> str:
    """The text in GSM 7 if substitutions alone can bring it there, else the text as it was."""
    changed = text.translate(TABLE)
    return changed if is_gsm7(changed) else text


def is_spared(text: str) -> bool:
    """Whether substitutions would send the text in fewer segments."""
    if is_gsm7(text) or stands_alone(text):
        return False
    changed = substitute(text)
    return changed is not text and len(segments(changed).parts) < len(segments(text).parts)


def replaced(text: str) -> dict[str, str]:
    """The characters that `substitute` replaces in a text, each with its substitute, in their order."""
    return {char: TABLE[ord(char)] for char in text if ord(char) in TABLE and TABLE[ord(char)] != char}
