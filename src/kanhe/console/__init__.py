"""The console: web pages for those who run the platform. Read `table.py`, then `serve.py`; each page is a view beside them.

A view is: permission, query, frozen view model, template. Templates hold no logic beyond `if` and `for`.
"""
