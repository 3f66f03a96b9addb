"""The command line: what each command prints, and that it exits 0 done, 1 with a finding, 2 on bad use."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

import cli
from admin.commands.shipped import RULESETS
from engine.errors import Unauthorized
from engine.language.documents import read_folder
from engine.service.gatehouse import utc_now
from tests.conftest import ADMIN, open_gatehouse

AT = "2026-11-11T10:30:00+08:00"


@pytest.fixture
def run(tmp_path: Path):
    """run(*arguments, input=…) runs a command on a data directory of its own."""

    def run(*arguments: object, input: str | None = None, **environ: str) -> Result:
        settings = {"GATEHOUSE_HOME": str(tmp_path / "home"), "DATABASE_URL": "", "REDIS_URL": ""} | environ
        return CliRunner().invoke(cli.main, [str(each) for each in arguments], input=input, env=settings)

    return run


@pytest.fixture
def on_home(run, home):
    """The same on a data directory with rules and the demo."""
    return lambda *arguments, **more: run(*arguments, GATEHOUSE_HOME=str(home), **more)


@pytest.fixture
def sample_file(samples, tmp_path: Path):
    """sample_file(verdict) writes the first sample order that ends so, and gives the file and its channel."""

    def write(verdict: str) -> tuple[Path, str]:
        sample = next(each for each in samples if each.verdict == verdict)
        path = tmp_path / "order.json"
        path.write_text(json.dumps(dict(sample.document), ensure_ascii=False), encoding="utf-8")
        return path, sample.channel

    return write


@pytest.mark.parametrize("verdict", ["approve", "hold"])
def test_decide_needs_no_server_and_prints_the_verdict(run, sample_file, verdict: str) -> None:
    path, channel = sample_file(verdict)
    result = run("decide", path, "--channel", channel, "--at", AT)
    assert result.exit_code == 0, result.output
    assert verdict in result.stdout.splitlines()[0]
    assert not (path.parent / "home").exists()


def test_decide_prints_json_with_the_explanation(run, sample_file) -> None:
    path, channel = sample_file("hold")
    result = run("decide", path, "--channel", channel, "--at", AT, "--json", "--explain")
    answer = json.loads(result.stdout)
    assert answer["decision"]["verdict"] == "hold"
    held_by = answer["decision"]["holds"][0]["rule"]
    rows = [row for stage in answer["explanation"]["stages"] for row in stage["rules"]]
    assert {row["outcome"] for row in rows if row["rule"] == held_by} == {"fired"}


def test_decide_says_the_same_twice(run, sample_file) -> None:
    path, channel = sample_file("approve")
    arguments = ("decide", path, "--channel", channel, "--at", AT, "--json")
    assert run(*arguments).stdout == run(*arguments).stdout


def test_decide_explains_in_words(run, sample_file) -> None:
    path, channel = sample_file("hold")
    output = run("decide", path, "--channel", channel, "--at", AT, "--explain").stdout
    assert "[fraud]" in output
    assert "✓ 大额订单待电话确认 (fraud.high-value) — 命中: order" in output
    assert "未命中" in output
    assert "[最小的改变]" in output
    english = run("decide", path, "--channel", channel, "--at", AT, "--explain", "--language", "en").stdout
    assert "(fraud.high-value) — fired: order" in english
    assert "it would be approved" in english


def test_decide_reads_standard_input(run, sample_file) -> None:
    path, channel = sample_file("approve")
    result = run("decide", "-", "--channel", channel, "--at", AT, input=path.read_text(encoding="utf-8"))
    assert result.exit_code == 0, result.output


def test_decide_takes_a_world_from_a_file(run, sample_file, tmp_path: Path) -> None:
    path, channel = sample_file("approve")
    world = tmp_path / "world.json"
    world.write_text("{}")
    result = run("decide", path, "--channel", channel, "--at", AT, "--json", "--world", world)
    assert result.exit_code == 0, result.output
    assert "UNKNOWN_SKU" in {hold["reason"] for hold in json.loads(result.stdout)["decision"]["holds"]}


def test_an_order_that_cannot_be_accepted_is_a_finding_with_every_problem(run) -> None:
    result = run("decide", "-", input="{}")
    assert result.exit_code == 1
    assert "placed_at: is required" in result.stderr and "payable_cents: is required" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["decide"], "Missing argument"),
        (["decide", "nowhere.json"], "No such file"),
        (["decide", "-", "--channel", "moon"], "no channel moon"),
        (["decide", "-", "--at", "yesterday"], "not an ISO 8601 instant"),
        (["decide", "-", "--at", "2026-11-11T10:30:00"], "no offset"),
        (["decide", "-"], "not JSON"),
        (["rules", "check", "nowhere"], "does not exist"),
        (["replay"], "name a decision or an order"),
        (["replay", "x", "--all"], "name a decision or an order"),
        (["replay", "--all"], "gatehouse migrate"),
        (["keys", "create", "x"], "--channel, --vendor and --role"),
        (["users", "add", "x"], "--role"),
        (["rules", "publish", "."], "empty or of another version"),
        (["rules", "publish", "setup.cfg"], "name a folder, or a file and its --stage"),
        (["rules", "publish", "nowhere"], "does not exist"),
        (["fly"], "No such command"),
    ],
)
def test_bad_use_is_told_and_exits_2(run, arguments: list[str], says: str) -> None:
    result = run(*arguments, input="{")
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", ["", *cli.main.commands])
def test_every_command_explains_itself(run, name: str) -> None:
    result = run(*filter(None, [name]), "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.stdout


def test_the_shipped_rules_are_valid(run) -> None:
    result = run("rules", "check")
    assert result.exit_code == 0, result.output
    assert "examples come out as written" in result.stdout
    assert len(result.stdout.splitlines()) == 1  # no findings, not even warnings


@pytest.fixture
def rulesets(tmp_path: Path) -> Path:
    """A copy of the shipped rules to spoil."""
    return Path(shutil.copytree(RULESETS, tmp_path / "rulesets"))


def test_rules_check_names_file_and_line_of_every_problem(run, rulesets: Path) -> None:
    for name in ("high-value", "blacklisted"):
        path = rulesets / "fraud" / f"{name}.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("fact: order.", "fact: ordre."), encoding="utf-8")
    path = rulesets / "audit" / "approve-paid.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("about:", "abuot:", 1) + "\nextra: 1\n", encoding="utf-8")
    result = run("rules", "check", rulesets)
    assert result.exit_code == 1
    assert "fraud/high-value.yaml:" in result.stderr
    assert "audit/approve-paid.yaml:" in result.stderr


def test_rules_check_runs_the_examples(run, rulesets: Path) -> None:
    path = rulesets / "fraud" / "high-value.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("fires:", "swap:").replace("quiet:", "fires:").replace("swap:", "quiet:"), "utf-8")
    result = run("rules", "check", rulesets)
    assert result.exit_code == 1
    assert "fraud/high-value.yaml:" in result.stdout and "must" in result.stdout


def a_rule_file(folder: Path, when: str, then: str) -> Path:
    stage = folder.name
    (folder / "new.yaml").write_text(
        f"id: {stage}.new\ntitle: 新\nwhy: x\nwhen: {when}\nthen: [{then}]\n", encoding="utf-8"
    )
    return folder


def test_rules_check_tells_findings_with_a_witness_in_both_languages(run, rulesets: Path) -> None:
    a_rule_file(rulesets / "intake", "{fact: order.payable_cents, is: gte, value: 500}",
                "{do: set_priority, priority: normal}")  # fmt: skip
    result = run("rules", "check", rulesets)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("intake/wish-urgent.yaml:") and ": error: contradiction: " in lines[0]
    assert "优先级" in lines[0] and "equal priority" in lines[1]
    assert json.loads(lines[3])["order.payable_cents"] == 500


def test_rules_check_does_not_fail_for_warnings_alone(run, rulesets: Path) -> None:
    path = rulesets / "lists" / "high-risk-regions.yaml"
    path.write_text(path.read_text(encoding="utf-8").split("items:")[0] + "items: []\n", encoding="utf-8")
    result = run("rules", "check", rulesets)
    assert result.exit_code == 0, result.output
    assert "fraud/high-risk-region.yaml:" in result.stdout and ": warning: never-fires: " in result.stdout
    assert "examples come out as written" in result.stdout


def test_rules_check_warns_of_a_webhook_that_no_setting_names(run, rulesets: Path) -> None:
    rule = "title: {zh: 告诉, en: Tell}\nwhy: {zh: 试, en: A try}\nthen: [{do: webhook, name: crm}]\n"
    (rulesets / "audit" / "tell-crm.yaml").write_text(f"id: audit.tell-crm\n{rule}", encoding="utf-8")
    result = run("rules", "check", rulesets)
    assert result.exit_code == 0, result.output
    assert "audit/tell-crm.yaml:" in result.stdout and ": warning: unknown-webhook: " in result.stdout
    known = {"WEBHOOKS": "crm=https://crm.example.com/", "WEBHOOK_SECRET": "x" * 16}
    assert "unknown-webhook" not in run("rules", "check", rulesets, **known).stdout
    refused = run("rules", "check", rulesets, **(known | {"WEBHOOK_SECRET": ""}))
    assert refused.exit_code == 2 and "WEBHOOK_SECRET must be" in refused.stderr


TABLE = "carrier.choose-by-weight-and-sla"


def test_a_table_goes_to_excel_and_comes_back_equal(run, rulesets: Path, tmp_path: Path) -> None:
    path = rulesets / "carrier" / "choose-by-weight-and-sla.yaml"
    before = read_folder(rulesets).documents["carrier"]
    result = run("rules", "export", TABLE, tmp_path / "t.xlsx", "--folder", rulesets)
    assert result.exit_code == 0, result.output
    result = run("rules", "import", TABLE, tmp_path / "t.xlsx", "--folder", rulesets)
    assert result.exit_code == 0, result.output
    assert read_folder(rulesets).documents["carrier"] == before
    assert path.read_text(encoding="utf-8").startswith("#")  # its comments are still there


def test_a_wrong_workbook_names_its_cells_and_changes_nothing(run, rulesets: Path, tmp_path: Path) -> None:
    path = rulesets / "carrier" / "choose-by-weight-and-sla.yaml"
    before = path.read_text(encoding="utf-8")
    run("rules", "export", TABLE, tmp_path / "t.xlsx", "--folder", rulesets)
    workbook = openpyxl.load_workbook(tmp_path / "t.xlsx")
    workbook.worksheets[0]["A3"], workbook.worksheets[0]["B4"] = "heavy", "=1+1"
    workbook.save(tmp_path / "t.xlsx")
    result = run("rules", "import", TABLE, tmp_path / "t.xlsx", "--folder", rulesets)
    assert result.exit_code == 1
    assert "A3: must be a range" in result.stderr and "B4: must not be a formula" in result.stderr
    assert path.read_text(encoding="utf-8") == before


def test_a_table_that_is_not_there_is_said(run, tmp_path: Path) -> None:
    result = run("rules", "export", "carrier.none", tmp_path / "t.xlsx")
    assert result.exit_code == 2 and "carrier.none" in result.stderr
    assert not (tmp_path / "t.xlsx").exists()


def test_live_rules_go_to_a_folder_and_published_again_change_nothing(on_home, run, tmp_path: Path) -> None:
    result = on_home("rules", "export", tmp_path / "rules")
    assert result.exit_code == 0, result.output
    assert run("rules", "check", tmp_path / "rules").exit_code == 0
    assert read_folder(tmp_path / "rules").documents == read_folder(RULESETS).documents
    result = on_home("rules", "publish", tmp_path / "rules")
    assert result.exit_code == 0 and result.stdout == "nothing differs from what is live\n"


def test_what_differs_is_published_with_its_note_and_the_lists_it_needs(on_home, rulesets: Path, gatehouse) -> None:
    with (rulesets / "facts.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {name: order.attributes.crates, type: int, zh: 箱数, en: Crates}\n")
    (rulesets / "lists" / "far-cities.yaml").write_text("{code: far-cities, title: 远, kind: text, items: [三沙市]}")
    (rulesets / "fraud" / "far.yaml").write_text(
        "{id: fraud.far, title: 远, why: 远, then: [{do: score, points: 1}], when: {all: ["
        "{fact: order.attributes.crates, is: gte, value: 3}, {fact: receiver.city, is: in_list, value: far-cities}]}}"
    )
    (rulesets / "lists" / "surnames.yaml").write_text("{code: surnames, title: x, kind: text, items: [王]}")
    result = on_home("rules", "publish", rulesets, "--note", "for tonight")
    assert result.exit_code == 0, result.output
    *published, stayed = result.stdout.splitlines()
    assert published == ["fraud: version 2 is live", "facts: version 2 is live"]
    assert stayed.startswith("lists that differ and stay as they are:") and "surnames" in stayed
    newest = gatehouse.rulebooks.versions("fraud")[0]
    assert newest["note"] == "for tonight" and newest["published_by"].startswith("command line (")
    assert gatehouse.rulebooks.live().rulebook.rule("fraud.far")


def test_one_stage_is_published_from_a_file(on_home, rulesets: Path, tmp_path: Path, gatehouse) -> None:
    path = tmp_path / "fraud.json"
    path.write_text(json.dumps({"note": "none for now", "rules": []}))
    result = on_home("rules", "publish", path, "--stage", "fraud")
    assert result.exit_code == 0 and result.stdout == "fraud: version 2 is live\n"
    assert gatehouse.rulebooks.live().rulebook.ruleset("fraud").rules == ()
    shutil.rmtree(rulesets / "fraud")
    result = on_home("rules", "publish", rulesets)
    assert result.stdout.splitlines()[0] == "nothing differs from what is live"
    assert result.stdout.splitlines()[1].endswith("does not have them: fraud")
    on_home("rules", "export", tmp_path / "rules")
    assert (tmp_path / "rules" / "fraud" / "_ruleset.yaml").read_text() == "note: none for now\n"


def test_rules_that_are_wrong_are_not_published_and_told_with_file_and_line(on_home, rulesets: Path, gatehouse) -> None:
    path = rulesets / "fraud" / "high-value.yaml"
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("fact: order.", "fact: ordre."), encoding="utf-8")
    result = on_home("rules", "publish", rulesets)
    assert result.exit_code == 1
    assert "fraud/high-value.yaml:" in result.stderr and "did you mean order." in result.stderr
    path.write_text(good.replace("fires:", "fires:\n    - {order.payable_cents: 1}", 1), encoding="utf-8")
    result = on_home("rules", "publish", rulesets)
    assert result.exit_code == 1, result.output
    assert "fraud/high-value.yaml:" in result.stdout and ": error: example-failed: " in result.stdout
    (rulesets / "odd.txt").write_bytes(b"\xff")
    assert "is not UTF-8" in on_home("rules", "publish", rulesets / "odd.txt", "--stage", "fraud").stderr
    assert len(gatehouse.rulebooks.versions("fraud")) == 1


def test_export_keeps_what_stands_in_a_folder_unless_told(on_home, rulesets: Path, tmp_path: Path) -> None:
    (rulesets / "fraud" / "mine.yaml").write_text("id: fraud.mine\n")
    result = on_home("rules", "export", rulesets)
    assert result.exit_code == 2 and "is not empty" in result.stderr
    assert (rulesets / "fraud" / "mine.yaml").exists()
    assert on_home("rules", "export", rulesets, "--replace").exit_code == 0
    assert not (rulesets / "fraud" / "mine.yaml").exists() and (rulesets / "README.md").exists()


def test_migrate_makes_a_database_that_others_accept(run) -> None:
    assert run("keys", "list").exit_code == 2
    assert run("migrate").exit_code == 0
    assert run("migrate").exit_code == 0
    assert run("keys", "list").exit_code == 0


def test_a_database_that_cannot_be_reached_is_told_without_its_password(run) -> None:
    result = run("migrate", DATABASE_URL="postgresql://gatehouse:hunter2@127.0.0.1:1/none")
    assert result.exit_code == 2
    assert "the database does not work" in result.stderr
    assert "hunter2" not in result.output and "Traceback" not in result.output


def test_a_replay_of_everything_is_identical(on_home, gatehouse, samples) -> None:
    for sample in samples[:3]:
        gatehouse.orders.submit(dict(sample.document), sample.channel)
    result = on_home("replay", "--all")
    assert result.exit_code == 0, result.output
    assert result.stdout == "3 replayed, 3 identical, 0 different\n"


def test_a_replay_takes_an_order_or_a_decision(on_home, gatehouse, samples) -> None:
    submission = gatehouse.orders.submit(dict(samples[0].document), samples[0].channel)
    assert submission.decision is not None
    for which in (submission.order["order_no"], submission.decision["id"]):
        assert on_home("replay", which).stdout == "1 replayed, 1 identical, 0 different\n"
    assert on_home("replay", "taobao.NONE").exit_code == 2
    assert on_home("replay", "none").exit_code == 2


def test_a_replay_that_differs_is_a_finding(on_home, gatehouse, samples, monkeypatch) -> None:
    gatehouse.orders.submit(dict(samples[0].document), samples[0].channel)
    monkeypatch.setattr(
        "engine.service.decisions.Decisions.replay",
        lambda *_: {
            "identical": False,
            "differences": [{"path": "verdict", "was": "approve", "is": "hold"}],
            "software": {"was": "gatehouse 0.0.9", "is": "gatehouse 0.1.0"},
        },
    )
    result = on_home("replay", "--all")
    assert result.exit_code == 1
    assert "verdict: 'approve' → 'hold'" in result.stdout
    assert "decided by gatehouse 0.0.9" in result.stdout


def test_a_created_key_works_and_is_never_listed(on_home, gatehouse) -> None:
    key = on_home("keys", "create", "till", "--channel", "store").stdout.strip()
    assert gatehouse.people.authenticate(key).channel == "store"
    key = on_home("keys", "create", "courier", "--vendor", "SF").stdout.strip()
    assert gatehouse.people.authenticate(key).vendor == "SF"
    listed = on_home("keys", "list").stdout
    assert "till" in listed and key not in listed
    assert on_home("keys", "create", "till", "--channel", "moon").exit_code == 2


def test_a_token_has_the_roles_it_was_given(on_home, gatehouse) -> None:
    token = on_home("keys", "create", "bot", "--role", "viewer", "--role", "ops").stdout.strip()
    assert gatehouse.people.authenticate(token).roles == {"viewer", "ops"}


def test_a_deleted_key_and_a_removed_user_are_let_in_no_more(on_home, gatehouse) -> None:
    token = on_home("keys", "create", "bot", "--role", "viewer").stdout.strip()
    assert on_home("keys", "delete", "bot").stdout == "1 deleted\n"
    with pytest.raises(Unauthorized):
        gatehouse.people.authenticate(token)
    assert on_home("keys", "delete", "bot").exit_code == 2
    for name, role in (("boss", "admin"), ("li", "ops")):
        on_home("users", "add", name, "--role", role, "--password", "correct horse battery")
    assert on_home("users", "remove", "li").exit_code == 0
    assert on_home("users", "remove", "li").exit_code == 2
    assert on_home("users", "remove", "boss").exit_code == 2, "the last administrator"


def test_an_added_user_signs_in_and_can_change_the_password(on_home, gatehouse) -> None:
    added = on_home("users", "add", "li", "--role", "ops", input="first one\nfirst one\n")
    assert added.exit_code == 0, added.output
    assert "first one" not in added.output
    assert gatehouse.people.sign_in("li", "first one").roles == {"ops"}
    assert on_home("users", "password", "li", input="second one\nsecond one\n").exit_code == 0
    assert gatehouse.people.sign_in("li", "second one")
    assert "li" in on_home("users", "list").stdout
    assert on_home("users", "add", "li", "--role", "ops", input="x\nx\n").exit_code == 2
    assert on_home("users", "password", "nobody", input="x\nx\n").exit_code == 2


def test_a_setting_that_makes_no_sense_exits_2(run) -> None:
    result = run("migrate", PORT="many")
    assert result.exit_code == 2
    assert "PORT must be a whole number" in result.stderr


def test_a_stock_that_agrees_with_itself_is_no_finding(on_home, gatehouse, samples) -> None:
    for sample in samples[:3]:
        gatehouse.orders.submit(dict(sample.document), sample.channel)
    for asked in (("verify", "stock"), ("verify",)):
        result = on_home(*asked)
        assert (result.exit_code, "stock: no differences" in result.stdout) == (0, True), result.output


def test_a_stock_that_does_not_is_one(on_home, gatehouse, samples) -> None:
    order_no = gatehouse.orders.submit(dict(samples[0].document), samples[0].channel).order["order_no"]
    with gatehouse.database.write() as uow:  # behind the decision's back
        kept = uow.stock.reservations(order_no)
        uow.stock.reserve(order_no, {}, "nobody", gatehouse.clock())
        uow.commit()
    result = on_home("verify", "stock")
    assert result.exit_code == 1
    for (warehouse, sku), units in kept.items():
        assert f"stock: reservation: {warehouse}/{sku} order {order_no} is 0, should be {units}\n" in result.stdout


def test_preview_tells_what_other_rules_would_have_made_of_past_orders(on_home, home, samples, tmp_path: Path) -> None:
    now = open_gatehouse(home, utc_now)
    for sample in samples:
        now.orders.submit(dict(sample.document), sample.channel)
    now.close()
    rules = Path(shutil.copytree(RULESETS, tmp_path / "rulesets"))
    path = rules / "fraud" / "high-value.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: 500000}", "value: 100}"), encoding="utf-8")
    result = on_home("preview", rules)
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()[:2]
    assert first.startswith(f"done: {len(samples)} of {len(samples)} orders")
    assert int(second.split()[0]) > 0
    assert "  verdict approve → hold: " in result.stdout
    assert "  held HIGH_VALUE: " in result.stdout
    assert on_home("preview", path).exit_code == 2


def test_a_backup_is_restored_with_every_decision(on_home, run, gatehouse, samples, tmp_path: Path) -> None:
    order_no = gatehouse.orders.submit(dict(samples[0].document), samples[0].channel).order["order_no"]
    file = tmp_path / "kept.db"
    result = on_home("backup", file)
    assert (result.exit_code, result.stdout) == (0, f"{file}: done\n")
    restored = {"DATABASE_URL": f"sqlite:///{file}"}
    for command in (("replay", order_no), ("replay", "--all"), ("verify",)):
        assert run(*command, **restored).exit_code == 0
    again = on_home("backup", file)
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_a_backup_without_a_name_is_named_after_the_time(on_home, gatehouse) -> None:
    assert on_home("backup").exit_code == 0
    (file,) = (gatehouse.settings.home / "backups").iterdir()
    assert (file.suffix, file.stat().st_mode & 0o077) == (".db", 0)


def test_a_backup_that_is_not_whole_is_a_finding_and_not_kept(on_home, gatehouse, samples, tmp_path: Path) -> None:
    gatehouse.orders.submit(dict(samples[0].document), samples[0].channel)
    with contextlib.closing(sqlite3.connect(gatehouse.database.url.database, isolation_level=None)) as faulty:
        faulty.execute("UPDATE decisions SET order_no = 'nobody'")
    result = on_home("backup", tmp_path / "kept.db")
    assert (result.exit_code, "decisions: a row refers to what is not there" in result.stdout) == (1, True)
    assert not (tmp_path / "kept.db").exists()


@pytest.mark.parametrize("command", [("verify",), ("migrate",), ("keys", "list"), ("backup",)])
def test_a_file_that_is_no_database_is_told_in_words(run, tmp_path: Path, command) -> None:
    (tmp_path / "no.db").write_bytes(b"no database at all, but long enough to be looked at closely" * 20)
    result = run(*command, DATABASE_URL=f"sqlite:///{tmp_path / 'no.db'}")
    assert result.exit_code == 2
    assert result.stderr == "gatehouse: the database does not work: file is not a database\n"


def test_a_database_of_a_newer_version_is_left_alone_and_told_in_words(on_home, home) -> None:
    with contextlib.closing(sqlite3.connect(home / "gatehouse.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    assert on_home("verify").exit_code == 2
    result = on_home("migrate")
    assert result.exit_code == 2
    assert "at version 9999, which this Gatehouse does not know" in result.stderr


def test_a_short_password_is_refused_on_the_command_line_too(on_home, gatehouse) -> None:
    refused = on_home("users", "add", "li", "--role", "ops", "--password", "short")
    assert refused.exit_code == 1
    assert "password: must have at least 8 characters" in refused.stderr
    assert on_home("users", "add", "li", "--role", "ops", "--password", "long enough").exit_code == 0
    assert on_home("users", "password", "li", "--password", "short").exit_code == 1
    assert gatehouse.people.sign_in("li", "long enough")


def test_what_is_done_on_the_command_line_is_told_of_who_did_it(on_home, gatehouse) -> None:
    on_home("users", "add", "li", "--role", "ops", "--password", "long enough")
    on_home("keys", "create", "bot", "--role", "viewer")
    with gatehouse.database.read() as uow:
        entries = [each for each in uow.audit.list(None, 100)[0] if each["what"] in ("li", "bot")]
    assert len(entries) == 2
    assert all(each["by"].startswith("command line (") for each in entries)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_key_has_a_name_that_can_be_read(on_home, name: str) -> None:
    assert on_home("keys", "create", name, "--role", "viewer").exit_code == 2


def test_open_drafts_are_listed(on_home, gatehouse) -> None:
    draft = gatehouse.drafts.create("fraud", ADMIN, {"rules": []})["id"]
    header, line = on_home("rules", "drafts").stdout.splitlines()
    assert header.split() == ["id", "state", "author", "updated_at", "note"]
    assert line.split()[:3] == [draft, "draft", ADMIN.name]
    gatehouse.drafts.discard("fraud", draft, ADMIN)
    assert len(on_home("rules", "drafts").stdout.splitlines()) == 1
