"""Alphabets, headers and segments of short messages."""
