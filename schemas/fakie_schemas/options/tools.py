"""Which tools take an option together, and what two options say in the same words."""

SERVE = ("serve",)
FAKE = ("serve", "exec")
FAKES = (*FAKE, "plugin")
SERVED = ("serve", "plugin")
PULLING = ("tasks", "tail", "hold", "finish", "fail", "advance")
RUNNING = ("wait", *PULLING)
SUITE = ("test", "suite")
SYNC = ("sync",)
WEIGHS = ("diff", "verify-pages", "check-traffic")
PROFILE_WORDS = "documented (what pages say), observed (what the wire does), or a file of your own"
DOCS_WORDS = "which page of a model counts where there are several: pinned, latest, or the newest at a date"
LIMITS_WORDS = (
    "which limits hold, each with those before it: off, creates, catalogue, all (also on polls and running tasks)"
)
STATUS_WORDS = "envelope: HTTP 200 with the code in the body, as the API does; mirror: the code as HTTP status too"
