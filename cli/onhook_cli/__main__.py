"""Run the command line: ``python -m onhook_cli``."""

from onhook_cli.main import run

run()
