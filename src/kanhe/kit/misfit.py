"""What is wrong with something that does not fit its shape, without the names of Python's types, and where."""

import msgspec

# How msgspec names JSON's types, and how we do.
_WORDS = {
    "`str`": "a text",
    "`int`": "a whole number",
    "`array`": "a list",
    "`object`": "an object",
    "`bool`": "true or false",
}


def read_misfit(error: msgspec.ValidationError) -> tuple[str, str | None]:
    """(what is wrong, where) of msgspec's message, which ends in ` - at `$.place``."""
    what, _, place = str(error).partition(" - at `$")
    for word, ours in _WORDS.items():
        what = what.replace(word, ours)
    return what[:1].lower() + what[1:], place.rstrip("`").lstrip(".") or None
