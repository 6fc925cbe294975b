"""`python -m mapdsl` is the `mapdsl` command."""

from mapdsl.cli import main

if __name__ == "__main__":
    main()
