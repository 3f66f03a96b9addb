"""`gatehouse users`: people who sign in to the console."""

from __future__ import annotations

import click

from admin.commands.opening import open_gatehouse, operator
from admin.commands.printing import print_table
from engine.service.principals import ROLES


@click.group()
def users() -> None:
    """People who sign in to the console."""


@users.command("list")
def list_users() -> None:
    """Show names and roles."""
    with open_gatehouse() as gatehouse:
        print_table(gatehouse.people.users(), ("username", "roles"))


@users.command("add")
@click.argument("username")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Repeatable.")
@click.password_option(help="Asked for when left out; on a command line others can read it.")
def add_user(username: str, roles: tuple[str, ...], password: str) -> None:
    """Let USERNAME sign in."""
    with open_gatehouse() as gatehouse:
        gatehouse.people.create_user(username, password, frozenset(roles))


@users.command("password")
@click.argument("username")
@click.password_option(help="Asked for when left out; on a command line others can read it.")
def set_password(username: str, password: str) -> None:
    """Give USERNAME another password."""
    with open_gatehouse() as gatehouse:
        gatehouse.people.set_password(username, password)


@users.command("remove")
@click.argument("username")
def remove_user(username: str) -> None:
    """Let USERNAME in no more; their sessions end at once."""
    with open_gatehouse() as gatehouse:
        gatehouse.people.delete_user(username, operator())
