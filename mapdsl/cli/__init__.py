"""The `mapdsl` command: one file per command, arguments in, exit code out.

Exit codes: 0 all is well, 1 problems in specs or messages, 2 wrong usage, 70 a mistake of mapdsl itself. Answers go to
standard output; diagnostics, losses and remarks to standard error.
"""

from .app import commands, main

__all__ = ["commands", "main"]
