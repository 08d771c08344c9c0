"""Chinese or English: what a reader prefers."""

from functools import lru_cache


@lru_cache(maxsize=1024)
def language_of(accepted: bytes) -> str:
    """Chinese or English, as `Accept-Language` prefers; English when it names neither."""
    best, language = 0.0, "en"
    for part in accepted.decode("latin-1").lower().split(","):
        tag, _, weight = part.strip().partition(";q=")
        base = tag.split("-")[0]
        value = float(weight) if weight.replace(".", "", 1).isdigit() else 1.0
        if base in ("zh", "en") and value > best:
            best, language = value, base
    return language
