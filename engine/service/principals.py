"""Who is calling, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import Forbidden

# Each role may do what those before it may, but a channel's key only its own orders.
ROLES = ("viewer", "ops", "editor", "approver", "admin")


@dataclass(frozen=True, slots=True)
class Principal:
    """A channel's or vendor's key, a token, or a person."""

    kind: str  # channel | vendor | token | person
    name: str
    roles: frozenset[str] = frozenset()
    channel: str | None = None  # for a channel's key
    vendor: str | None = None  # for a vendor's key: a warehouse, a carrier, or who speaks for several

    def may(self, role: str) -> bool:
        """Whether one of the roles is at least `role`."""
        return any(ROLES.index(each) >= ROLES.index(role) for each in self.roles if each in ROLES)

    def require(self, role: str) -> None:
        """Raise Forbidden unless `may(role)`."""
        if not self.may(role):
            raise Forbidden(f"this needs the role {role}")

    def sees(self, channel: str) -> bool:
        """Whether orders of that channel are theirs to see."""
        return self.channel == channel if self.kind == "channel" else self.may("viewer")

    def sees_people(self) -> bool:
        """Whether names, phones and addresses are shown in full: a channel's own are its own, else from ops upwards."""
        return self.kind == "channel" or self.may("ops")
