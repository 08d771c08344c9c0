"""The papers: what is on file, read into frozen nouns, one revision a version."""
