"""News for accounts that listen over HTTP: signed, retried, kept when nobody answers."""
