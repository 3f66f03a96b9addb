"""Where the shipped rules lie: beside the code, in a checkout as in an installed package."""

from __future__ import annotations

from pathlib import Path

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
