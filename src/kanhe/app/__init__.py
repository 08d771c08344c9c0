"""Builds the platform from settings: the only room that names concrete classes. Starts it, watches it, stops it."""
