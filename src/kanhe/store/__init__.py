"""The database behind the `Store` port. Read `sqlite/store.py`, then `sqlite/apply.py`: what one transaction writes."""
