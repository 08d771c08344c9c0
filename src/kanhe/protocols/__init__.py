"""Sans-IO codecs, sessions, alphabets and segments: bytes in, events out, no socket and no clock."""
