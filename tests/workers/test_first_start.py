"""What a start does beyond starting."""

from __future__ import annotations

import shutil
from pathlib import Path

from engine.config import Settings
from tests.conftest import ROOT, Clock, open_gatehouse
from workers import first_start


def test_a_start_with_other_shipped_rules_offers_them_and_leaves_what_is_live(home, tmp_path):
    release = Path(shutil.copytree(ROOT / "rulesets", tmp_path / "rulesets"))
    (release / "fraud/score-night.yaml").unlink()
    settings = Settings.from_environ({"GATEHOUSE_HOME": str(home)})
    for _ in range(2):
        first_start.prepare(settings, release, demo=False)
    gatehouse = open_gatehouse(home, Clock())
    assert [(each["stage"], each["author"]) for each in gatehouse.drafts.of()] == [("fraud", "gatehouse")]
    assert "fraud.score-night" in {each["id"] for each in gatehouse.rulebooks.version("fraud", 1)["document"]["rules"]}
    assert len(gatehouse.rulebooks.versions("fraud")) == 1
    gatehouse.close()
