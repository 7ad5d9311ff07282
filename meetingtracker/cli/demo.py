"""Placeholder."""

import click


@click.command()
def demo() -> None:
    """Fill an empty database with a demo company."""
