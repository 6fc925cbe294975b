"""One message to one message."""

from .locations import follower
from .lookups import Answered, check_lookups
from .plain_request import translate_plainly
from .request import Made, Translation, open_all
from .response import PASSED, Replies, first_status, mapped_status, nth_call, open_carried, set_status
from .results import TranslatedRequest, TranslatedResponse
from .run import Job, Keys, Run, keys_of
from .unfilled import is_empty, rule_of

__all__ = [
    "PASSED",
    "Answered",
    "Job",
    "Keys",
    "Made",
    "Replies",
    "Run",
    "TranslatedRequest",
    "TranslatedResponse",
    "Translation",
    "check_lookups",
    "first_status",
    "follower",
    "is_empty",
    "keys_of",
    "mapped_status",
    "nth_call",
    "open_all",
    "open_carried",
    "rule_of",
    "set_status",
    "translate_plainly",
]
