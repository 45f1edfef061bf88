"""Closed lists of words that the guard's rules look for."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
CALENDAR = _words("monday tuesday wednesday thursday friday saturday sunday") | {
    month.casefold() for month in MONTHS
}
"""Days and months: said only where somebody named them."""
GENERIC = _words(
    """i i'm i'd i'll i've ai crm it hr pdf sms ceo cfo cto coo cio vp faq ok uk us eu api sla voip pbx
    english mr mrs ms miss dr prof professor"""
)
"""Words with capitals that name nobody and nothing."""
SAYING = _words(
    """said says told tells mentioned thinks wants asked asks suggested recommended works runs is was has had
    from at and will can would likes uses needs left joined signed agreed promised"""
)
"""Words behind the name that begins a sentence: "Marcus told us"."""
ENDING = _words("end stop apologise apologize goodbye bye ring close nothing no hand leave pause respect")
"""Words of an action that ends a call, or the selling."""
COMMITMENTS = _words(
    """pilot trial contract agreement proposal quote quotation invoice payment deposit card purchase order
    demo visit onsite workshop training installation setup migration audit assessment subscription
    licence license sample samples product hardware executive ceo founder"""
)
"""What a company commits to: offered only where the ladder has it."""
TROUBLE = _words(
    """wait waiting slow long hard difficult problem trouble issue lost losing missed missing unanswered
    unhappy complain complaining struggle struggling overwhelmed overloaded understaffed behind broken failing
    worry worried busy pain chaos outdated"""
)
"""What nobody likes to hear of their own house, unless they said it."""
