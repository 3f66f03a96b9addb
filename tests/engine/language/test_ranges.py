"""The ranges that the catalogue gives for its numbers hold for everything that the sample orders state."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from engine.demo import reference as demo
from engine.demo.channels import CHANNELS
from engine.demo.orders import sample_orders
from engine.intake.schema import load_order
from engine.language.catalogue import CATALOGUE
from engine.language.context import SINCE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.facts import STAGES
from engine.matching.judge import Judge
from engine.stages import run_stages

NOW = dt.datetime(2026, 11, 21, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))
RANGED = [fact for fact in CATALOGUE if fact.least is not None or fact.most is not None]


def asking(folder):
    """The shipped rules, and one more for each fact with a range, so that it is stated."""
    documents = {name: dict(document) for name, document in folder.documents.items()}
    for number, fact in enumerate(RANGED):
        stage = max(fact.since, SINCE.get(fact.subject, "intake"), key=STAGES.index)
        rule = {
            "id": f"{stage}.asks-{number}", "title": "问", "why": "x", "about": fact.subject,
            "when": {"fact": fact.name, "is": "present"}, "then": [{"do": "tag", "name": "x"}],
        }  # fmt: skip
        documents[stage]["rules"] = [*documents[stage]["rules"], rule]
    return load_rulebook(documents, CATALOGUE, EFFECTS, folder.lists)


def test_the_ranges_of_the_catalogue_hold_for_the_samples():
    folder = read_folder(Path(__file__).parents[3] / "rulesets")
    book = asking(folder)
    by_code = {channel.code: channel for channel in CHANNELS}
    stated = set()
    for sample in sample_orders(NOW):
        order = load_order(sample.document, by_code[sample.channel])
        world = demo.world(order, NOW.date(), folder.lists)
        run = run_stages(order, world, book, NOW, Judge(book, "evaluator"))
        assert run.error is None
        for subject in (each for stage in run.stages for each in stage.subjects):
            for fact in (fact for fact in RANGED if fact.name in subject.values):
                value = subject.values[fact.name]
                stated.add(fact.name)
                assert fact.least is None or fact.least <= value, fact.name
                assert fact.most is None or value <= fact.most, fact.name
    assert len(stated) > len(RANGED) * 0.8  # nearly all of them are stated by some sample
