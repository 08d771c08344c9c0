"""The HTTP door: one table of endpoints (`table.py`), one way in (`door.py`), one place that scopes by account (`scope.py`)."""
