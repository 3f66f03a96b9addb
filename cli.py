"""The command line. Exit status: 0 done, 1 a finding or a difference, 2 bad use or something that cannot be done."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import click

from admin.commands import backup, keys, preview, replay, rules, users, verify
from admin.commands.opening import settings as read_settings
from admin.commands.printing import print_lines
from admin.commands.shipped import RULESETS
from engine import canonical
from engine.config import SOFTWARE
from engine.demo import reference as demo
from engine.errors import GatehouseError, NotFound, ProblemsError
from engine.explain import explain
from engine.gifts import gift_skus
from engine.intake.bodies import read_json
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.documents import read_rulebook
from engine.language.effects import EFFECTS
from engine.language.sentences import LANGUAGES
from engine.matching.judge import Judge
from engine.printed import Printer
from engine.service import Gatehouse
from engine.service.decisions import decision_document
from engine.stages import run_stages
from engine.store.database import Database, DBAPIError
from engine.world import World


class Commands(click.Group):
    """Says what went wrong in words instead of a traceback, and exits as promised above."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ProblemsError as error:
            click.echo(str(error), err=True)
            context.exit(1)
        except GatehouseError as error:
            click.echo(f"gatehouse: {error.message}", err=True)
            context.exit(2)
        except DBAPIError as error:
            click.echo(f"gatehouse: the database does not work: {error.orig}", err=True)
            context.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(SOFTWARE.split()[1], message=SOFTWARE)
@click.pass_context
def main(context: click.Context) -> None:
    """Gatehouse audits orders by rules and explains every decision.

    Settings come from the environment; docs/configuration.md lists them.
    """
    context.obj = _gatehouse  # what admin.commands.opening asks for


@main.command()
@click.option("--no-demo", is_flag=True, help="Do not load the demo's reference data into an empty database.")
def up(no_demo: bool) -> None:
    """Start everything and stop it with Ctrl-C: database, queue, API, console and worker."""
    from workers import supervisor  # starts nothing, but loads the queue's libraries, which other commands do not need

    os.umask(0o077)  # what is written under GATEHOUSE_HOME holds personal data and keys
    sys.exit(supervisor.up(read_settings(), os.environ, demo=not no_demo, say=_say))


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--channel", default="own-shop", show_default=True, help="The demo channel that the order came from.")
@click.option("--world", type=click.File("rb"), help="A world as JSON instead of the demo's.")
@click.option("--at", metavar="INSTANT", help="Decide as of then (ISO 8601 with an offset) instead of now.")
@click.option("--explain", "explained", is_flag=True, help="Say of every rule whether it fired, and why not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Of the words.")
def decide(file: Any, channel: str, world: Any, at: str | None, explained: bool, as_json: bool, language: str) -> None:
    """Decide the canonical order in FILE (- for standard input) with the shipped rules. No server, nothing stored."""
    settings = read_settings()
    now = _instant(at) if at else dt.datetime.now(dt.UTC)
    rulebook, lists = read_rulebook(RULESETS, CATALOGUE, EFFECTS)
    today = now.astimezone(ZoneInfo(settings.time_zone)).date()
    channels = demo.reference(today).channels
    if channel not in channels:
        raise NotFound(f"there is no channel {channel}; the demo has {', '.join(sorted(channels))}")
    order = load_order(read_json(file.read()), channels[channel])
    gifts = gift_skus(rulebook, order, now)
    seen = canonical.load(World, read_json(world.read())) if world else demo.world(order, today, lists, gifts)
    with contextlib.closing(Judge(rulebook, settings.matching)) as judge:
        run = run_stages(order, seen, rulebook, now, judge)
        answer = {"decision": decision_document(run.decision)}
        if explained:
            answer["explanation"] = explain(run, order, seen, rulebook, judge)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        printer = Printer(language, rulebook, {code: named.title for code, named in seen.reference.lists.items()})
        print_lines(printer.decision(answer["decision"]))
        if explained:
            print_lines(printer.explanation(answer["explanation"]))


@main.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL up to date."""
    settings = read_settings()
    with contextlib.closing(Database(settings.database_url)) as database:
        database.migrate()
        click.echo(f"{database.url.render_as_string(hide_password=True)} is up to date")


@contextlib.contextmanager
def _gatehouse() -> Iterator[Gatehouse]:
    """The service on a database that is there and up to date."""
    settings = read_settings()
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    try:
        if not gatehouse.database.is_current():
            raise GatehouseError("the database is empty or of another version; run: gatehouse migrate")
        yield gatehouse
    finally:
        gatehouse.close()


def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an ISO 8601 instant", param_hint="--at") from None
    if instant.tzinfo is None:
        raise click.BadParameter(f"{text!r} has no offset, such as +08:00", param_hint="--at")
    return instant


def _say(line: str) -> None:
    """To whoever still listens: a terminal that was closed must not keep us from stopping in order."""
    with contextlib.suppress(OSError):
        click.echo(line)


for _command in (rules.rules, preview.preview, replay.replay, verify.verify, keys.keys, users.users, backup.backup):
    main.add_command(_command)


if __name__ == "__main__":
    main()
