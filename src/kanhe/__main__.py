"""`python -m kanhe`."""

from kanhe.cli.main import main

main()
