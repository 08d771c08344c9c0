"""Inbound servers: everything through which customers reach the platform."""
