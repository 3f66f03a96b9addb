"""The command line. Exit status: 0 done, 1 a finding or a difference, 2 bad use or something that cannot be done."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine import canonical
from engine.analysis import Finding, analyse
from engine.config import SOFTWARE, Settings
from engine.demo import reference as demo
from engine.errors import GatehouseError, NotFound, ProblemsError, RulesRefused
from engine.explain import explain
from engine.gifts import gift_skus
from engine.intake.bodies import read_json
from engine.intake.excel import table_from_xlsx, table_to_xlsx
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.context import Place
from engine.language.documents import load_rulebook, read_folder, read_rulebook
from engine.language.effects import EFFECTS
from engine.language.sentences import LANGUAGES
from engine.language.table_files import with_rows
from engine.matching.judge import Judge
from engine.printed import Printer
from engine.service import Gatehouse
from engine.service.decisions import decision_document
from engine.service.principals import ROLES, Principal
from engine.stages import run_stages
from engine.store.database import Database, OperationalError
from engine.world import World

RULESETS = Path(__file__).resolve().parent / "rulesets"


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
        except OperationalError as error:
            click.echo(f"gatehouse: the database does not work: {error.orig}", err=True)
            context.exit(2)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(SOFTWARE.split()[1], message=SOFTWARE)
def main() -> None:
    """Gatehouse audits orders by rules and explains every decision.

    Settings come from the environment; docs/configuration.md lists them.
    """


@main.command()
@click.option("--no-demo", is_flag=True, help="Do not load the demo's reference data into an empty database.")
def up(no_demo: bool) -> None:
    """Start everything and stop it with Ctrl-C: database, queue, API, console and worker."""
    from workers import supervisor  # starts nothing, but loads the queue's libraries, which other commands do not need

    os.umask(0o077)  # what is written under GATEHOUSE_HOME holds personal data and keys
    sys.exit(supervisor.up(_settings(), os.environ, demo=not no_demo, say=_say))


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--channel", default="own-shop", show_default=True, help="The demo channel that the order came from.")
@click.option("--world", type=click.File("rb"), help="A world as JSON instead of the demo's.")
@click.option("--at", metavar="INSTANT", help="Decide as of then (ISO 8601 with an offset) instead of now.")
@click.option("--explain", "explained", is_flag=True, help="Say of every rule whether it fired, and why not.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Of the words.")
def decide(
    file: Any, channel: str, world: Any, at: str | None, explained: bool, as_json: bool, language: str
) -> None:
    """Decide the canonical order in FILE (- for standard input) with the shipped rules. No server, nothing stored."""
    settings = _settings()
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
        _print_lines(printer.decision(answer["decision"]))
        if explained:
            _print_lines(printer.explanation(answer["explanation"]))


@main.command()
def migrate() -> None:
    """Bring the database of DATABASE_URL up to date."""
    settings = _settings()
    with contextlib.closing(Database(settings.database_url)) as database:
        database.migrate()
        click.echo(f"{database.url.render_as_string(hide_password=True)} is up to date")


@main.group()
def rules() -> None:
    """The rules: as files, and those that are live."""


@rules.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=RULESETS)
def check(folder: Path) -> None:
    """Check the rules in FOLDER (default: those shipped): every problem and finding with file and line.

    A finding has a name, says what to do, and shows facts for which it is so. Warnings alone are no failure.
    """
    read = read_folder(folder)
    rulebook = load_rulebook(read.documents, CATALOGUE, EFFECTS, read.lists, read.places)
    found = analyse(rulebook, {code: frozenset(document["items"] or ()) for code, document in read.lists.items()})
    _print_lines(line for finding in found for line in _finding_lines(finding, read.place(finding.path)))
    if any(finding.severity == "error" for finding in found):
        sys.exit(1)
    Judge(rulebook).close()  # the matcher takes them too
    stated = [rule.examples for ruleset in rulebook.rulesets.values() for rule in ruleset.rules]
    stated += [table.examples for ruleset in rulebook.rulesets.values() for table in ruleset.tables]
    examples = sum(len(each.fires) + len(each.quiet) for each in stated)
    click.echo(f"{len(stated)} rules and tables are valid, and their {examples} examples come out as written")


_FOLDER = click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=RULESETS,
    help="The rules, if not those shipped.",
)  # fmt: skip


@rules.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--stage", help="PATH is a file: this stage's ruleset, pipeline or facts.")
@click.option("--note", default="", help="Why; it is kept with the versions.")
def publish(path: Path, stage: str | None, note: str) -> None:
    """Publish the rules in the folder PATH that differ from what is live, once all of it has been checked.

    Lists come along that are not there yet; those that are there are kept by hand and stay as they are.
    """
    if path.is_dir() == bool(stage):
        raise click.UsageError("name a folder, or a file and its --stage")
    with _gatehouse() as gatehouse:
        files = gatehouse.rule_files.read(path, stage)
        try:
            done = gatehouse.rule_files.publish(files, _operator(), note)
        except RulesRefused as error:
            _print_lines(line for each in error.findings for line in _finding_lines(each, files.place(each.path)))
            sys.exit(1)
    _print_lines(f"{name}: version {version} is live" for name, version in done.versions.items())
    if not done.versions:
        click.echo("nothing differs from what is live")
    if done.not_named and not stage:
        click.echo(f"stay as they are, for {path} does not have them: {', '.join(done.not_named)}")
    if done.lists_differ:
        click.echo(f"lists that differ and stay as they are: {', '.join(done.lists_differ)}")


@rules.command("export")
@click.argument("what", metavar="FOLDER|TABLE")
@click.argument("file", required=False, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Write into a FOLDER of rules, and remove what is no longer live.")
@_FOLDER
def export_rules(what: str, file: Path | None, replace: bool, folder: Path) -> None:
    """Write what is live to FOLDER, as files that can be published again; or rows to a workbook.

    With two arguments: the rows of the decision table called TABLE, of the rules in --folder, to the Excel workbook
    FILE.
    """
    if file is not None:
        return _export_table(what, file, folder)
    with _gatehouse() as gatehouse:
        written = gatehouse.rule_files.export(Path(what), replace)
    click.echo(f"{what}: {len(written)} files")


def _export_table(table: str, file: Path, folder: Path) -> None:
    read = read_folder(folder)
    rulebook = load_rulebook(read.documents, CATALOGUE, EFFECTS, read.lists, read.places)
    file.write_bytes(table_to_xlsx(rulebook.table(table).document, rulebook.catalogue))
    click.echo(f"{file}: {len(rulebook.table(table).rows)} rows of {table}")


@rules.command("import")
@click.argument("table")
@click.argument("file", type=click.File("rb"))
@_FOLDER
def import_table(table: str, file: Any, folder: Path) -> None:
    """Take the rows of the decision table called TABLE from the Excel workbook FILE, unless one is wrong."""
    read = read_folder(folder)
    rulebook = load_rulebook(read.documents, CATALOGUE, EFFECTS, read.lists, read.places)
    former = rulebook.table(table)
    made = table_from_xlsx(file.read(), former.document, rulebook.catalogue, EFFECTS, read.lists)
    path = folder / former.stage / f"{table.partition('.')[2]}.yaml"
    path.write_text(with_rows(path.read_text(encoding="utf-8"), made["rows"], path.name), encoding="utf-8")
    click.echo(f"{path}: {len(made['rows'])} rows; now run: gatehouse rules check")


@main.command()
@click.argument("which", required=False, metavar="[DECISION|ORDER]")
@click.option("--all", "every", is_flag=True, help="Every decision there is.")
def replay(which: str | None, every: bool) -> None:
    """Decide again with what a decision kept, and tell the differences: there should be none.

    DECISION is its id; for an ORDER number its latest decision is taken.
    """
    if every == bool(which):
        raise click.UsageError("name a decision or an order, or say --all")
    different = 0
    with _gatehouse() as gatehouse:
        decisions = gatehouse.decisions.ids() if every else [_decision_of(gatehouse, str(which))]
        for decision_id in decisions:
            answer = gatehouse.decisions.replay(decision_id)
            different += not answer["identical"]
            if not answer["identical"]:
                _print_lines(_difference_lines(decision_id, answer))
    click.echo(f"{len(decisions)} replayed, {len(decisions) - different} identical, {different} different")
    sys.exit(1 if different else 0)


@main.group()
def keys() -> None:
    """Keys of channels and API tokens."""


@keys.command("list")
def list_keys() -> None:
    """Show names, kinds and roles; the keys themselves are not stored."""
    with _gatehouse() as gatehouse:
        _print_table(gatehouse.people.keys(), ("kind", "name", "channel", "roles"))


@keys.command("create")
@click.argument("name")
@click.option("--channel", help="A key with which this channel posts orders.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="A token with this role; repeatable.")
def create_key(name: str, channel: str | None, roles: tuple[str, ...]) -> None:
    """Make a key called NAME and print it: it is shown only now."""
    if bool(channel) == bool(roles):
        raise click.UsageError("say either --channel or --role")
    with _gatehouse() as gatehouse:
        if channel and channel not in {each.code for each in gatehouse.orders.channels()}:
            raise NotFound(f"there is no channel {channel}")
        kind = "channel" if channel else "token"
        click.echo(gatehouse.people.create_key(name, kind, frozenset(roles), channel))


@main.group()
def users() -> None:
    """People who sign in to the console."""


@users.command("list")
def list_users() -> None:
    """Show names and roles."""
    with _gatehouse() as gatehouse:
        _print_table(gatehouse.people.users(), ("username", "roles"))


@users.command("add")
@click.argument("username")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Repeatable.")
@click.password_option(help="Asked for when left out; on a command line others can read it.")
def add_user(username: str, roles: tuple[str, ...], password: str) -> None:
    """Let USERNAME sign in."""
    with _gatehouse() as gatehouse:
        gatehouse.people.create_user(username, password, frozenset(roles))


@users.command("password")
@click.argument("username")
@click.password_option(help="Asked for when left out; on a command line others can read it.")
def set_password(username: str, password: str) -> None:
    """Give USERNAME another password."""
    with _gatehouse() as gatehouse:
        gatehouse.people.set_password(username, password)


def _settings() -> Settings:
    try:
        return Settings.from_environ(os.environ)
    except ValueError as error:
        raise GatehouseError(str(error)) from error


@contextlib.contextmanager
def _gatehouse() -> Iterator[Gatehouse]:
    """The service on a database that is there and up to date."""
    settings = _settings()
    gatehouse = Gatehouse(Database(settings.database_url), settings)
    try:
        if not gatehouse.database.is_current():
            raise GatehouseError("the database is empty or of another version; run: gatehouse migrate")
        yield gatehouse
    finally:
        gatehouse.close()


def _operator() -> Principal:
    """Who runs this command: whoever may read the database's address may do everything."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        name = str(os.getuid())
    return Principal("person", f"command line ({name})", frozenset({"admin"}))


def _decision_of(gatehouse: Gatehouse, which: str) -> str:
    if "." not in which:  # an order number is <channel>.<number>, and ids have no dot
        return which
    decision_id = gatehouse.orders.order(which)["decision_id"]
    if decision_id is None:
        raise NotFound(f"order {which} has not been decided yet")
    return str(decision_id)


def _instant(text: str) -> dt.datetime:
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not an ISO 8601 instant", param_hint="--at") from None
    if instant.tzinfo is None:
        raise click.BadParameter(f"{text!r} has no offset, such as +08:00", param_hint="--at")
    return instant


def _finding_lines(finding: Finding, place: Place | None) -> Iterator[str]:
    where = f"{place.file}:{place.line}" if place else finding.path
    yield f"{where}: {finding.severity}: {finding.name}: {finding.message['zh']}"
    yield f"  {finding.message['en']}"
    yield f"  → {finding.suggestion['zh']} · {finding.suggestion['en']}"
    yield f"  {canonical.canonical_json(finding.witness).decode()}"


def _difference_lines(decision_id: str, answer: Mapping[str, Any]) -> Iterator[str]:
    software = answer["software"]
    note = "" if software["was"] == software["is"] else f" (decided by {software['was']}, replayed by {software['is']})"
    yield f"{decision_id} differs{note}"
    for each in answer["differences"]:
        yield f"  {each['path']}: {each['was']!r} → {each['is']!r}"


def _print_table(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...]) -> None:
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for row in [list(columns), *cells]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return value if isinstance(value, str) else " ".join(map(str, value))


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _say(line: str) -> None:
    """To whoever still listens: a terminal that was closed must not keep us from stopping in order."""
    with contextlib.suppress(OSError):
        click.echo(line)


if __name__ == "__main__":
    main()
