"""Small deliberate faults, each of which the suite must notice."""

from support.mutants.answers import ANSWERS
from support.mutants.callbacks import CALLBACKS
from support.mutants.charges import CHARGES
from support.mutants.lies import LIES
from support.mutants.money import MONEY
from support.mutants.records import RECORDS
from support.mutants.results import RESULTS
from support.mutants.rules import RULES

MUTANTS = (*ANSWERS, *RULES, *MONEY, *RECORDS, *CALLBACKS, *LIES, *CHARGES, *RESULTS)
