"""Small deliberate faults, each of which the suite must notice."""

from support.mutants.answers import ANSWERS
from support.mutants.callbacks import CALLBACKS
from support.mutants.charges import CHARGES
from support.mutants.coercions import COERCIONS, GIVEN_BACK, KEYS_LIKE, KEYS_TAKEN, NEAR_IDS, SCHEMES
from support.mutants.families import FAMILIES
from support.mutants.json_forms import JSON_FORMS, KEYS_SHOWN
from support.mutants.lies import LIES
from support.mutants.links import LINKS
from support.mutants.money import MONEY
from support.mutants.records import RECORDS
from support.mutants.results import RESULTS
from support.mutants.rules import RULES
from support.mutants.written import WRITTEN

MUTANTS = (
    *ANSWERS,
    *JSON_FORMS,
    *KEYS_SHOWN,
    *COERCIONS,
    *GIVEN_BACK,
    *KEYS_TAKEN,
    *KEYS_LIKE,
    *SCHEMES,
    *NEAR_IDS,
    *RULES,
    *MONEY,
    *RECORDS,
    *CALLBACKS,
    *LIES,
    *CHARGES,
    *RESULTS,
    *FAMILIES,
    *WRITTEN,
    *LINKS,
)
