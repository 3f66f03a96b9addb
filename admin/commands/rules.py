"""`gatehouse rules`: the rules as files, and those that are live."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from admin.commands.opening import open_gatehouse, operator, settings
from admin.commands.printing import print_lines, print_table
from admin.commands.shipped import RULESETS
from engine import canonical
from engine.analysis import Finding, analyse
from engine.analysis.unknown_names import unknown_names
from engine.errors import RulesRefused
from engine.intake.excel import table_from_xlsx, table_to_xlsx
from engine.language.catalogue import CATALOGUE
from engine.language.context import Place
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.table_files import with_rows
from engine.matching.judge import Judge


@click.group()
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
    found = [
        *analyse(rulebook, {code: frozenset(document["items"] or ()) for code, document in read.lists.items()}),
        *unknown_names(rulebook, {"webhooks": settings().webhooks}),
    ]
    print_lines(line for finding in found for line in _finding_lines(finding, read.place(finding.path)))
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
    with open_gatehouse() as gatehouse:
        files = gatehouse.rule_files.read(path, stage)
        try:
            done = gatehouse.rule_files.publish(files, operator(), note)
        except RulesRefused as error:
            print_lines(line for each in error.findings for line in _finding_lines(each, files.place(each.path)))
            sys.exit(1)
    print_lines(f"{name}: version {version} is live" for name, version in done.versions.items())
    if not done.versions:
        click.echo("nothing differs from what is live")
    if done.not_named and not stage:
        click.echo(f"stay as they are, for {path} does not have them: {', '.join(done.not_named)}")
    if done.lists_differ:
        click.echo(f"lists that differ and stay as they are: {', '.join(done.lists_differ)}")


@rules.command("drafts")
def list_drafts() -> None:
    """Show the drafts that are neither published nor given up, among them what an upgrade offers."""
    with open_gatehouse() as gatehouse:
        print_table(gatehouse.drafts.of(), ("id", "state", "author", "updated_at", "note"))


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
    with open_gatehouse() as gatehouse:
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
    zone = ZoneInfo(settings().time_zone)
    made = table_from_xlsx(file.read(), former.document, rulebook.catalogue, EFFECTS, read.lists, zone)
    path = folder / former.stage / f"{table.partition('.')[2]}.yaml"
    path.write_text(with_rows(path.read_text(encoding="utf-8"), made["rows"], path.name), encoding="utf-8")
    click.echo(f"{path}: {len(made['rows'])} rows; now run: gatehouse rules check")


def _finding_lines(finding: Finding, place: Place | None) -> Iterator[str]:
    where = f"{place.file}:{place.line}" if place else finding.path
    yield f"{where}: {finding.severity}: {finding.name}: {finding.message['zh']}"
    yield f"  {finding.message['en']}"
    yield f"  → {finding.suggestion['zh']} · {finding.suggestion['en']}"
    yield f"  {canonical.canonical_json(finding.witness).decode()}"
