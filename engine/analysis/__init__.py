"""What is wrong with a rulebook although every document in it is valid: findings, each with facts that show it."""

from engine.analysis.checking import analyse, analyse_tables
from engine.analysis.findings import Finding

__all__ = ["Finding", "analyse", "analyse_tables"]
