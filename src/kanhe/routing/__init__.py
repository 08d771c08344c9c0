"""Which way: the candidate routes of an account to a country, in order of preference."""
