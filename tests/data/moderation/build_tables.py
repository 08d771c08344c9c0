"""Make the character tables of `src/kanhe/moderation/data/` from Unicode's own data, as ICU carries it.

Run by hand when Unicode moves: `python tests/data/moderation/build_tables.py`. Needs ICU's `uconv` and its shared library
(Debian: `icu-devtools`, `libicu72`); nothing here is needed at run time.

- `syllables.txt`: toneless Mandarin syllable, then its characters (Unihan kMandarin, by ICU's Han-Latin).
- `simplified.txt`: traditional character, simplified character (Unihan variants, by ICU's Traditional-Simplified).
- `variants.txt`: rare character, the common one that it is another form of (Unihan variants; Debian: `unicode-data`).
- `latin.txt`: Latin letter or digit, then the characters that look like it (UTS 39 skeletons, and character names).
"""

import bz2
import ctypes
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "src" / "kanhe" / "moderation" / "data"
ICU = "libicui18n.so.72"
HAN = [chr(c) for c in range(0x4E00, 0xA000) if unicodedata.name(chr(c), "")]
ASCII = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
# Planes 0 and 1 hold every letter that is used as a disguise; the ideographs among and above them are not Latin look-alikes: the
# nought of Chinese numerals is drawn like an O, and is a nought.
LETTERS = [
    chr(c) for c in (*range(0x80, 0x2E80), *range(0xA000, 0xAC00), *range(0xFB00, 0xFFFE), *range(0x10000, 0x1FB00))
]
UNIHAN_VARIANTS = Path("/usr/share/unicode/Unihan_Variants.txt.bz2")
# Kinds of variants that a reader takes for the same character; what is merely written for it in one sense is not among them.
SAME_TO_A_READER = ("kSemanticVariant", "kZVariant", "kSpoofingVariant", "kSimplifiedVariant")
NAMED = (
    "LATIN LETTER SMALL CAPITAL {}",
    "SQUARED LATIN CAPITAL LETTER {}",
    "NEGATIVE CIRCLED LATIN CAPITAL LETTER {}",
    "NEGATIVE SQUARED LATIN CAPITAL LETTER {}",
    "CROSSED NEGATIVE SQUARED LATIN CAPITAL LETTER {}",
    "REGIONAL INDICATOR SYMBOL LETTER {}",
)
DIGIT_NAMES = dict(
    zip(["ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE"], "0123456789", strict=True)
)


def transliterate(ids: str, characters: list[str]) -> list[str]:
    """Answer ICU's transliteration of each character by itself."""
    done = subprocess.run(["uconv", "-x", ids], input="\n".join(characters), capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


class Skeletons:
    """UTS 39 skeletons, asked of ICU's spoof checker."""

    def __init__(self) -> None:
        self.lib = ctypes.CDLL(ICU)
        self.lib.uspoof_open_72.restype = ctypes.c_void_p
        self.checker = ctypes.c_void_p(self.lib.uspoof_open_72(ctypes.byref(ctypes.c_int(0))))

    def of(self, text: str) -> str:
        out, raw = ctypes.create_string_buffer(256), text.encode()
        n = self.lib.uspoof_getSkeletonUTF8_72(self.checker, 0, raw, len(raw), out, 256, ctypes.byref(ctypes.c_int(0)))
        return out.raw[:n].decode()


def look_alikes() -> dict[str, list[str]]:
    """Answer for each Latin letter or digit the characters of other kinds that are drawn like it."""
    skeletons = Skeletons()
    prototypes = {skeletons.of(letter): letter.lower() for letter in reversed(ASCII)}
    found: dict[str, list[str]] = defaultdict(list)
    for char in LETTERS:
        if unicodedata.category(char)[0] not in "LNSM" or char.isascii():
            continue
        if target := named(char) or drawn(char, skeletons, prototypes):
            found[target].append(char)
    return found


def variants(known: set[str]) -> dict[str, str]:
    """Answer for each rare character the one common character (GB 2312) that it is another form of, directly or by one between."""
    forms: dict[str, set[str]] = defaultdict(set)
    for line in bz2.decompress(UNIHAN_VARIANTS.read_bytes()).decode().splitlines():
        if line.startswith("U+") and line.split("\t")[1] in SAME_TO_A_READER:
            char, *others = (chr(int(code, 16)) for code in re.findall(r"U\+([0-9A-F]+)", line))
            forms[char].update(others)
    found = {}
    for char in sorted(set(forms) - known):
        near = forms[char] | {far for form in forms[char] for far in forms[form]}
        common_forms = {form for form in near if common(form)} - {char}
        if "\u3400" <= char <= "\u9fff" and not common(char) and len(common_forms) == 1:
            found[char] = common_forms.pop()
    return found


def common(char: str) -> bool:
    """Tell whether a character is of ordinary use (GB 2312)."""
    try:
        return bool(char.encode("gb2312"))
    except UnicodeEncodeError:
        return False


def named(char: str) -> str | None:
    """Read the letter or digit out of the character's own name."""
    name = unicodedata.name(char, "")
    for form in NAMED:
        if name.startswith(form[:-2]) and len(rest := name[len(form) - 2 :]) == 1:
            return rest.lower()
    if "CIRCLED" in name and "DIGIT" in name:
        return DIGIT_NAMES.get(name.rsplit(" ", 1)[-1])
    return None


def drawn(char: str, skeletons: Skeletons, prototypes: dict[str, str]) -> str | None:
    """Ask for the skeleton of the letter, then of its capital: Cyrillic `т` is a T only as a capital."""
    base = unicodedata.normalize("NFKD", char)
    if base.isascii() and len(base) == 1:
        return None
    for form in (char, char.upper()):
        if (target := prototypes.get(skeletons.of(form))) is not None:
            return target
    return None


def main() -> None:
    """Write the four tables."""
    simplified = transliterate("Traditional-Simplified", HAN)
    pairs = [f"{t}{s}" for t, s in zip(HAN, simplified, strict=False) if t != s and len(s) == 1]
    (DATA / "simplified.txt").write_text("\n".join(pairs) + "\n")
    rare = variants({pair[0] for pair in pairs})
    (DATA / "variants.txt").write_text("".join(f"{v}{c}\n" for v, c in rare.items()))
    syllables: dict[str, list[str]] = defaultdict(list)
    for char, sound in zip(HAN, transliterate("Han-Latin; Latin-ASCII", HAN), strict=False):
        if sound.isascii() and sound.isalpha():
            syllables[sound.strip().lower()].append(char)
    (DATA / "syllables.txt").write_text("".join(f"{s} {''.join(c)}\n" for s, c in sorted(syllables.items())))
    (DATA / "latin.txt").write_text("".join(f"{a} {''.join(c)}\n" for a, c in sorted(look_alikes().items())))
    sys.stdout.write(f"{len(pairs)} pairs, {len(syllables)} syllables\n")


if __name__ == "__main__":
    main()
