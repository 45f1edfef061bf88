"""Opt-outs as codes: how an earlier call ended, or where a contact stands, when it means "never again".

Only a whole code counts (`opted_out`, `DNC request`, `do-not-call; voicemail`), never a word inside a
sentence: what a note says neither opens nor closes the gate.
"""

from __future__ import annotations

import re

MOST_WORDS = 4
"""What has more words is a sentence and no code."""

_CODES = frozenset(
    {
        "opted_out",
        "opt_out",
        "optout",
        "optedout",
        "opt_out_request",
        "opt_out_requested",
        "requested_opt_out",
        "do_not_call",
        "donotcall",
        "do_not_call_request",
        "do_not_call_requested",
        "added_to_do_not_call",
        "do_not_contact",
        "donotcontact",
        "dnc",
        "dnc_request",
        "dnc_requested",
        "requested_dnc",
        "dnc_listed",
        "added_to_dnc",
        "user_requested_dnc",
        "contact_requested_dnc",
        "customer_requested_dnc",
        "lead_requested_dnc",
        "user_opted_out",
        "contact_opted_out",
        "customer_opted_out",
        "lead_opted_out",
        "never_call_again",
        "removal_request",
        "removal_requested",
        "requested_removal",
        "remove_from_list",
        "stop_calling",
        "unsubscribe",
        "unsubscribed",
        "revoked_consent",
        "consent_revoked",
        "consent_withdrawn",
    }
)


def is_opt_out(code: str | None) -> bool:
    """Whether a code, or one of several parted by `;` or `|`, says that the contact opted out.

    >>> is_opt_out("Opted-Out"), is_opt_out("voicemail; dnc_request"), is_opt_out("on the DNC list?")
    (True, True, False)
    >>> is_opt_out("said that he never opted out of anything; DNC")
    False
    """
    codes = re.split(r"[;|]", code or "")
    if any(len(each.split()) > MOST_WORDS for each in codes):
        return False
    return any(_normalised(each) in _CODES for each in codes)


def _normalised(code: str) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
