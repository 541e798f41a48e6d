"""Who acts: a user, for one firm, with a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from supplychain.errors import Forbidden

ROLES: Final = ("owner", "buyer", "seller", "viewer")
KINDS: Final = ("core", "sme", "financier", "provider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A user at work for one firm. An operator runs the installation and has no firm."""

    user_id: str
    firm_id: str
    role: str
    is_operator: bool = False

    def check_role(self, *roles: str) -> None:
        """Refuse unless the role is one of these; an owner may do whatever a colleague may.

        Raises:
            Forbidden: the role is not among them.
        """
        if self.role != "owner" and self.role not in roles:
            raise Forbidden
