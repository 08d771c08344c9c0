"""Outbound connectors: links to carriers, one class for all families; what a family speaks is its dialect."""
