"""Kanhe (勘合): an SMS platform that is lawful by construction and can prove it."""

__version__ = "0.1.0"
