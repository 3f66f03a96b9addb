"""`gatehouse users`: people who sign in to the console."""

from __future__ import annotations

import click

from admin.commands.opening import open_gatehouse, operator
from admin.commands.printing import print_table
from engine.errors import Conflict
from engine.intake.users import load_user
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
        if username in {each["username"] for each in gatehouse.people.users()}:
            raise Conflict(f"there is a user {username} already")
        said = load_user(username, {"roles": sorted(roles), "password": password})
        gatehouse.people.put_user(username, said["roles"], said["password"], operator())
    click.echo(f"{username} may sign in")


@users.command("password")
@click.argument("username")
@click.password_option(help="Asked for when left out; on a command line others can read it.")
def set_password(username: str, password: str) -> None:
    """Give USERNAME another password; their sessions end at once."""
    with open_gatehouse() as gatehouse:
        gatehouse.people.person(username)
        said = load_user(username, {"password": password})
        gatehouse.people.put_user(username, None, said["password"], operator())
    click.echo(f"{username} has another password")


@users.command("remove")
@click.argument("username")
def remove_user(username: str) -> None:
    """Let USERNAME in no more; their sessions end at once."""
    with open_gatehouse() as gatehouse:
        gatehouse.people.delete_user(username, operator())
    click.echo(f"{username} is let in no more")
