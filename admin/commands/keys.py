"""`gatehouse keys`: keys of channels and vendors, and API tokens."""

from __future__ import annotations

import click

from admin.commands.opening import open_gatehouse, operator
from admin.commands.printing import print_table
from engine.errors import NotFound
from engine.service.principals import ROLES

_LONGEST_NAME = 100


@click.group()
def keys() -> None:
    """Keys of channels and vendors, and API tokens."""


@keys.command("list")
def list_keys() -> None:
    """Show names, kinds and roles; the keys themselves are not stored."""
    with open_gatehouse() as gatehouse:
        print_table(gatehouse.people.keys(), ("kind", "name", "channel", "vendor", "roles"))


@keys.command("create")
@click.argument("name")
@click.option("--channel", help="A key with which this channel posts orders.")
@click.option("--vendor", help="A key with which this warehouse, carrier or other vendor reports about shipments.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="A token with this role; repeatable.")
def create_key(name: str, channel: str | None, vendor: str | None, roles: tuple[str, ...]) -> None:
    """Make a key called NAME and print it: it is shown only now."""
    if [bool(channel), bool(vendor), bool(roles)].count(True) != 1:
        raise click.UsageError("say one of --channel, --vendor and --role")
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise click.BadParameter(f"must be a name of 1 to {_LONGEST_NAME} characters", param_hint="NAME")
    with open_gatehouse() as gatehouse:
        if channel and channel not in {each.code for each in gatehouse.orders.channels()}:
            raise NotFound(f"there is no channel {channel}")
        kind = "channel" if channel else "vendor" if vendor else "token"
        click.echo(gatehouse.people.create_key(name, kind, frozenset(roles), channel, vendor, operator()))


@keys.command("delete")
@click.argument("name")
def delete_key(name: str) -> None:
    """Let whoever has a key called NAME in no more."""
    with open_gatehouse() as gatehouse:
        click.echo(f"{gatehouse.people.delete_key(name, operator())} deleted")
