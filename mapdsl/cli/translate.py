"""`mapdsl translate`: one message in, the translated one out."""

from __future__ import annotations

import click

__all__ = ["translate"]


@click.command()
def translate() -> None:
    """x"""
