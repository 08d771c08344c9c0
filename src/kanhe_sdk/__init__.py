"""The Python client of Kanhe; imports nothing of the server."""
