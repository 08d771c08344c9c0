"""How Sphinx makes the manual: `make docs`."""

project = "Kanhe 勘合"
copyright = "the Kanhe authors"
extensions = ["myst_parser"]
root_doc = "index"
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = project
myst_heading_anchors = 3
