"""The view of conduct: mistakes of the clients."""

from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.visit import Visit


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the findings of conduct, of all or of one account."""
    account = visit.query.get("account")
    findings = parts.service.control.conduct(account)
    return Sight("conduct.html.j2", "Conduct", {"findings": [one.as_dict() for one in findings], "account": account})
