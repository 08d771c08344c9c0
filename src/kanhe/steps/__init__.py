"""The steps of the four journeys, one file a journey; their order stands in `journey.py`."""
