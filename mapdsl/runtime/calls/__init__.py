"""One message to several: windows of lists, fans, updates that read first."""

from .fan_out import MAX_FAN_OUT, OnItems
from .hidden_items import hidden_items_of, hides_items
from .kinds import back_keys, begin, listed_replies, open_replies, plain_replies, reply_of_nothing, wanted_keys
from .paged_request import PagedTranslation
from .paged_response import found_enough
from .pages import Listing, Page, next_windows, opened
from .paging import client_and_server
from .update_request import UpdateTranslation, filled, needs_read
from .windows import WHOLE, bound_of

__all__ = [
    "MAX_FAN_OUT",
    "WHOLE",
    "Listing",
    "OnItems",
    "Page",
    "PagedTranslation",
    "UpdateTranslation",
    "back_keys",
    "begin",
    "bound_of",
    "client_and_server",
    "filled",
    "found_enough",
    "hidden_items_of",
    "hides_items",
    "listed_replies",
    "needs_read",
    "next_windows",
    "open_replies",
    "opened",
    "plain_replies",
    "reply_of_nothing",
    "wanted_keys",
]
