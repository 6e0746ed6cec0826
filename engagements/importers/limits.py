"""What a file may hold at most, and the closed lists that the code relies on.

Lengths are in characters and follow the columns of the database.
"""

from typing import Final

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_DEPTH: Final = 12
MAX_NODES: Final = 200_000
MAX_PROBLEMS: Final = 1_000

MAX_CODE: Final = 20
MAX_TERM_CODE: Final = 40
MAX_VERSION: Final = 60
MAX_SHORT: Final = 20
MAX_WORD: Final = 40
MAX_LABEL: Final = 80
MAX_NAME: Final = 200
MAX_TITLE: Final = 300
MAX_WORDING: Final = 500
MAX_TEXT: Final = 4_000
MAX_FORMULA: Final = 300
MAX_LETTER: Final = 4
MAX_LEVEL_CODE: Final = 8
MAX_GRADE_CODE: Final = 16
MAX_EVIDENCE: Final = 30
MAX_WEIGHT: Final = 10
MAX_DAYS: Final = 1_000
MAX_YEARS: Final = 20
MAX_MONTHS: Final = 120
MAX_FOLLOW_UPS: Final = 40
MAX_PARAMETER: Final = 1_000_000

CRITICALITIES: Final = ("critical", "major", "standard")
FREQUENCIES: Final = (
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "semiannual",
    "annual",
    "per_event",
    "per_audit",
)
OPERATORS: Final = (">=", ">", "<=", "<", "=")
SEVERITIES: Final = ("major", "minor", "watch", "improve", "strong", "note")
SHAPES: Final = ("ok", "part", "minor", "major", "na", "none")
GAP_RULES: Final = ("v1",)
DIRECTIONS: Final = ("higher", "lower", "band", "neutral")
STATISTICS: Final = ("proportion", "mean", "ratio", "count", "nps", "score")
DIMENSIONS: Final = ("process", "social", "customer")
