"""SMGP 3.0 (China Telecom, text V3.0.3): packets, codec, digests, reports, sessions, both ends."""
