"""The accounts: credits, limits, clocks, uploads."""

from http import HTTPStatus

from fakie.adapters.ui.parts import Parts, Sight
from fakie.adapters.ui.visit import Visit
from fakie.core.control.excerpts import ListFilter

_ROWS = 100
_UPLOADS = 50


def index(parts: Parts, visit: Visit) -> Sight:
    """Show the accounts, the last used ones; one by its key or handle."""
    control, wanted = parts.service.control.accounts, visit.query.get("account")
    handle = None if wanted is None else control.handle(wanted)
    found = [one for one in control.all() if handle in (None, one.handle)]
    facts = {"rows": found[-_ROWS:][::-1], "count": len(found), "wanted": wanted}
    return Sight("accounts.html.j2", "Accounts", facts)


def account(parts: Parts, visit: Visit) -> Sight:
    """Show one account."""
    service, handle = parts.service, visit.names[0]
    found = service.state.store.account(handle)
    if found is None:
        reason = "no account has this handle; it may have been reset"
        return Sight("problem.html.j2", "No such account", {"reason": reason}, HTTPStatus.NOT_FOUND)
    control = service.control
    uploads = control.files.all(handle)
    tasks = control.excerpts.tasks(ListFilter(account=handle), 10)
    facts = {
        "account": found,
        "limits": [(name, gate, gate.used, gate.wait) for name, gate in control.accounts.limits(found).items()],
        "clock": control.accounts.clock_of(found),
        "uploads": uploads[-_UPLOADS:][::-1],
        "upload_count": len(uploads),
        "tasks": [(task, control.tasks.state_of(task)) for task in tasks.rows],
    }
    return Sight("account.html.j2", f"Account {handle}", facts)
