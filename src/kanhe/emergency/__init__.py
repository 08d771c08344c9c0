"""Announcements of authorities: who may ask, who confirms, which proofs their messages carry. Pure; `announcing.py` sends them."""
