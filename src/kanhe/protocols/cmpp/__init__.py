"""CMPP 2.0 and 3.0 (China Mobile, QB-GF-028-2003): packets, codec, digests, reports, sessions, both ends."""
