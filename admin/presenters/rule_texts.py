"""What rules are called and why they exist, by id, from the rulebook that decided."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from admin import labels
from admin.languages import language, said
from admin.names import Names
from engine.language.catalogue import CATALOGUE
from engine.language.effects import EFFECTS
from engine.language.rules import Rulebook
from engine.language.sentences import sentence


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule's title and reason in the reader's language."""

    id: str
    title: str
    why: str = ""


class RuleTexts:
    """Texts of the rules of one rulebook; of a rule that is not in it, its id."""

    def __init__(self, rulebook: Rulebook | None):
        rulesets = rulebook.rulesets.values() if rulebook else ()
        self._tables = {table.id: table for ruleset in rulesets for table in ruleset.tables}
        self._rules = {rule.id: rule for ruleset in rulesets for rule in ruleset.all_rules}
        self.catalogue = rulebook.catalogue if rulebook else CATALOGUE

    def of(self, rule_id: str) -> RuleText:
        """The title and the why of a rule."""
        if rule_id in labels.ENGINE_RULES:
            title, why = labels.ENGINE_RULES[rule_id]
            return RuleText(rule_id, str(title), str(why))
        rule = self._rules.get(rule_id)
        if rule is None:
            return RuleText(rule_id, rule_id)
        title = said(rule.title) or rule_id
        if rule.row is not None:
            title = gettext("%(title)s · 第 %(row)d 行", title=title, row=rule.row)
        return RuleText(rule_id, title, said(rule.why))

    def entry(self, rule_id: str) -> RuleText:
        """The same of a rule or of a table as a whole."""
        table = self._tables.get(rule_id)
        return RuleText(rule_id, said(table.title) or rule_id, said(table.why)) if table else self.of(rule_id)

    def sentence(self, rule_id: str, names: Names) -> str:
        """The whole rule in words; empty where it is not known."""
        rule = self._rules.get(rule_id)
        if rule is None:
            return ""
        spoken = language()
        titles = {code: {spoken: title} for code, title in names.lists.items()}
        return sentence(rule, self.catalogue, spoken, EFFECTS, titles)
