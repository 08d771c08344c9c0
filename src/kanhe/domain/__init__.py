"""The nouns of the platform, frozen: what every room talks about."""
