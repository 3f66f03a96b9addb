"""What the demo's platforms call our goods; codes that are not here are ours."""

from __future__ import annotations

from collections.abc import Mapping

from engine.world import SkuAliases

ALIASES = (
    SkuAliases("jd", {"100012043978": "LAPTOP-14", "100038004389": "BUNDLE-HOME"}),
    SkuAliases("taobao", {"645120987": "OOLONG-500", "687733210": "BUNDLE-CARE"}),
)


def aliases_of(channel: str) -> Mapping[str, str]:
    """Our skus by the codes of a channel."""
    return next((each.aliases for each in ALIASES if each.code == channel), {})
