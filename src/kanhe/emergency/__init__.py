"""Announcements of authorities: who may ask, who confirms, which proofs their messages carry. `offices/announcing.py` sends them."""
