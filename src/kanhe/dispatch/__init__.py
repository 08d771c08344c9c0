"""After the verdict: what is on its way, which connector takes it, and what is in doubt."""
