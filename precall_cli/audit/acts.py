# ruff: noqa: E501  (a pattern is read whole)
"""What each turn does, before anything is compared with the plan.

A turn is split into clauses; each clause may ask, offer, state, refuse, accept, take leave and so on. The acts found here
come from wording alone. What the trained model adds is kept beside them, never mixed in, so that an explanation can say
which of the two spoke.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from precall_cli.audit import phrases
from precall_cli.audit.wording import Wording
from precall_cli.records.transcript import Transcript

_BREAK = re.compile(r"(?<=[.!?…])\s+|\s+[—–]\s+|;\s+|\.\.\.\s*")
_WH = r"(?:what|whats|what's|which|who|whos|who's|whose|when|where|wheres|where's|how|hows|how's|why|since when|by when|wetin|how many|how much)"
_AUX = (
    r"(?:is|are|am|was|were|do|does|did|have|has|had|can|could|will|would|shall|should|may|might|must|isn'?t|aren'?t|don'?t|doesn'?t|"
    r"didn'?t|won'?t|wouldn'?t|couldn'?t|haven'?t|hasn'?t|any|anybody|anyone|anything)"
)
_LEAD = (
    r"(?:(?:and|so|but|or|okay|ok|right|well|now|then|also|great|good|sure|got it|yeah|yes|alright|all right|lovely|perfect|fair|cool|nice|"
    r"sorry|hm|mm|um|uh|er|oh|ah|ya|ha|haha|sir|ma'?am|madam|thanks|thank you|tell me|and then|by the way|out of interest|as well|just)[, ]+){0,4}"
)
QUESTION = Wording(
    rf"\?|^{_LEAD}{_WH}\b|^{_LEAD}{_AUX} (?:you|your|it|that|there|they|the|we|i|he|she|this|any|one|somebody|someone|anybody|those|these)\b|"
    r"\b(?:tell me|let me know|walk me through|talk me through|remind me|can you tell|could you tell|may i ask|can i ask|mind (?:if i|me) ask\w*|i was wondering|"
    r"i'?d love to (?:know|hear)|curious|i wonder|wanted to (?:ask|know))\b|\w\W+\w+\W+\w+\W+(?:or what|or not|right|correct|na|no|isn'?t it|(?<!for )(?<!to )(?<!with )(?<!see )(?<!thank )(?<!of )ya|yeah|eh|innit|ah|or how|or something)\W*$"
)
GAP = Wording(
    r"(?:\.\.\.|…|—|–|-)\s*[\"”']?$|\b(?:or|to|of|by|at|around|like|is|was|the|with|about|until|till|be|for|on|in|being|roughly|through to)\W*$"
)
INVITES = Wording(
    r"\b(?:i (?:take it|suppose|imagine|guess|assume|gather|reckon|expect|bet)|i'?d (?:imagine|guess|be guessing)|must be|presumably|"
    r"i'?m guessing|i'?d love to (?:know|hear)|i was (?:curious|wondering)|some idea|be good to know|help to know|just so i have it|for my notes)\b"
)
AGAIN = Wording(
    r"\b(?:again|remind me|you said|did you say|you'?d say|you told|one more time|once more|sorry|was it|were they|going back|back to|just (?:for|so)|"
    r"missed (?:that|it|your)|didn'?t (?:catch|get|write)|for (?:my|the) (?:notes|sheet|record)|what was (?:it|that)|in all)\b"
)
REMINDS = Wording(
    r"\b(?:remind me|(?:did|was it|what did) (?:you|ya) (?:say|tell)|(?:did|do|what|who|how many|how much)\b[^.?!]{0,40}\byou (?:say|said|tell|told)|you(?:'d| had)? (?:said|told me|mentioned)\b[^.]*\?|who'?d you say|"
    r"was (?:it|that|there)(?:,)? again|again(?:,)? (?:was|were|is|are|how|what)|(?:one more time|once more|come again|say again)|(?:how many|how much|what|who|which|when|where)\b[^.?!]{0,50}\b(?:again|was it|in all|altogether)\b|"
    r"(?:what|who|how|which|when|where)\b[^.?!]{0,50}\bsorry\W*$|\b(?:and |so )?sorry,? (?:but )?(?:\w+,? ){0,3}?(?:what|who|how|which|when|where)\b|(?:didn'?t|did not) (?:catch|get|write)|(?:going|coming|getting) back to|(?:missed|lost) (?:that|it|your|what)|"
    r"just (?:for|so) (?:my|the|i|we) (?:\w+ )?(?:have|notes?|sheet|record|form)|just for \w+, )"
)
"""The agent asks for what he knows that he was told."""
OFFER = Wording(
    r"\b(?:(?:can|could|shall|should|may|might|will|would|let|want|wanna|like|happy|how about|what about|why don'?t|suppose|mind if|okay if|ok if|if) "
    r"(?:\w+ ){0,6}?(?:send|email|mail|post|text|whatsapp|shoot|drop|ping|put|book|set|schedule|call|ring|phone|come|visit|show|walk|meet|sit|join|"
    r"connect|transfer|get you|have you|grab|pop|swing|run|go through|take you|give|lend|bring|introduce|arrange|line|slot|pencil|hop|jump|spare|do|work|suit|see|try|talk)|"
    r"i'?ll (?:send|email|mail|post|text|whatsapp|shoot|drop|put|book|set|pop|get|bring|give|leave|throw|ask|have|ring|call)|"
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|next week|this week)\b[^.?!]{0,30}\?|"
    r"half an? (?:an )?hour|(?:\w+ )?minutes with|(?:demo|walk ?through|meeting|appointment|session|visit|consultation|review) (?:with|on|next|this|tomorrow))\b"
)
CONCESSION = Wording(
    r"\b(?:free of (?:charge|cost)|(?:no|without(?: any| a| the)?|zero|waiving(?: the)?) (?:\w+ )?(?:charges?|fees?|cost|deposit|payment)\b|for free|free (?:month|trial|of|sample|quarter|year|week|for)|"
    r"first (?:\w+ ){1,3}(?:free|on (?:the house|us|me))|(?:are|is|be|goes?|it'?s|that'?s|comes?) on (?:us|me|the house)\b|"
    r"on the house|at no (?:cost|charge)|for nothing|nothing to pay|gratis|complimentary|freebies?|(?:my|our) treat|(?:our|my|own) (?:cost|expense)\b|"
    r"discount\w*|\d+ ?(?:%|percent|per cent) (?:off|less|extra|rebate|down)|(?:\w+ )?(?:percent|per cent) (?:off|less|extra|rebate)|"
    r"waiv\w*|(?:knock|knocking|take|taking|shave|drop|lop|bring|cut|come)(?:ed|s)? (?:\w+ ){0,5}?(?:off (?:the|your|it|that|for)|down (?:to|by|on|for)|off\W*$)|"
    r"comp (?:you|your|the)|(?:throw|thrown|threw|chuck|toss|bung|sling|pop|put|add) (?:\w+ ){0,5}?in(?: for (?:you|free|ya|nothing)| on top|to the (?:deal|bargain)|,|\W*$)|(?:throw|thrown|chuck|toss|bung|sling) in\b|"
    r"gifts?|voucher|hamper|swag|half (?:price|off)|reduced|rebate|room (?:in|on) the price|sweeten\w*|special (?:price|rate|deal|for you)|(?:better|good|best|keener) (?:price|rate|deal)|money back|bonus|"
    r"extra (?:month|year|licen[cs]e)|(?:card|dollars?|pounds?|euros?|bottle|something|little (?:something|extra)) in it for (?:you|ya)|cash ?back|"
    r"(?:two|three|one|six|first|second) (?:\w+ )?(?:months?|weeks?|quarters?|year) free|free)\b"
)
CONDITION = Wording(
    r"\b(?:if you (?:sign|come|join|order|take|agree|'?re|are|book|go)|if we (?:sign|can agree)|before (?:friday|the end|december|christmas)|by (?:christmas|the end)|this (?:month|week|quarter))\b"
)
SMALL_TALK = Wording(
    r"\b(?:how are you|how'?s it going|how you doing|how'?s (?:your|the|that) (?:day|week|morning|weekend|weather|cold|family|dog|back|knee|kids?|holiday)|weather|"
    r"(?:good|nice) (?:weekend|holiday|christmas)|traffic|lovely day|treating you|what'?s (?:his|her|the dog'?s) name|happy (?:new year|holidays))\b"
)
PERMISSION = Wording(
    r"\b(?:(?:is|was) (?:this|now|it|that) (?:a |an )?(?:good|bad|ok|okay|fine|alright|convenient|terrible)|(?:got|have|spare) (?:a|one|two|a couple(?: of)?|thirty|few)(?: \w+)? "
    r"(?:minutes?|seconds?|secs?|moment|mins?|sec)\b|caught you|catch you at|mind if i|may i (?:ask|have|take)|can i ask|okay (?:if|to)|is that (?:ok|okay|all ?right|fine)|"
    r"bad time|can you hear|you there|am i speaking|is (?:that|this) \w+\?)"
)
SCHEDULING = Wording(
    r"\b(?:what time|which day|what day|when(?:'s| is| would)?(?: a)? (?:good|better|best|suit|work|convenient)|morning or afternoon|which (?:email|address|number)|"
    r"what(?:'s| is) (?:the|your|a good|his|her) (?:\w+ )?(?:email|address|number|time)|(?:does|would|could|can|will) (?:\w+ ){0,4}?(?:suit|work for you|work)|"
    r"am or pm|your email|same (?:email|number|address)|calendar|invite|number to (?:call|reach)|o'?clock|send (?:it|that) to|(?:better|best) (?:email|time|day|number))\b"
)
READ_BACK = Wording(
    r"\b(?:still (?:right|the (?:case|same|number)|so|holds?|stands?|correct|true)|is that (?:still|right)|does that (?:still )?(?:hold|stand)|that hasn'?t|hasn'?t (?:moved|changed|shifted)|"
    r"i (?:understand|gather|have|see|heard|take it)|i'?ve (?:still )?got|(?:told|said|mentioned|noted|tells|mentions|says|fixed)|like \w+ said|as \w+ (?:said|noted|told)|nothing (?:has )?changed|still (?:about )?)\b"
)
YES = Wording(
    r"\b(?:yes|yeah|yep|yup|ya|ja|aye|sure|okay|ok|fine|please|go (?:ahead|on|for it)|do(?: that| it)?|works?(?: for me)?|sounds (?:good|great|fine)|perfect|deal|great|good|lovely|"
    r"can(?: do)?|could do that|send|i'?m in|book it|done|alright|all right|absolutely|of course|why not|would be (?:good|great|fine|useful|nice)|that'?d be|i'?d (?:like|do) that|"
    r"with pleasure|put me|keep|gladly|definitely|happy to|that (?:you can|i could|i'?d)|you (?:can|could|may) (?:do|send)|no harm|too easy|bet|you do that)\b"
)
NO = Wording(
    r"\b(?:no|nope|nah|naw|not|don'?t|won'?t|can'?t|cannot|couldn'?t|wouldn'?t|never|rather not|no need|leave it|pass|forget it|skip|waste|wasting|dead|out|clash\w*|"
    r"kind of you but|that'?s kind|you'?re (?:ever so )?kind|nothing|isn'?t|nei|nein)\b"
)
HEDGE = Wording(
    r"\b(?:maybe|perhaps|might|depends?|see|let me (?:ask|talk|check|look|think|get|speak)|i'?d have to|have to (?:ask|see|check|think|look)|not sure|i don'?t know|dunno|"
    r"possibly|probably|could be|think about|later|i'?ll (?:see|think|let you know|ring you|text you|ask)|we'?ll see|get back|come back|not saying|inshallah|if the|after (?:i|he|the|we))\b"
)
TIME = Wording(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|tomorrow|morning|afternoon|evening|noon|o'?clock|a ?m|p ?m|next week|this week|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half past \w+|quarter past \w+|\d{1,2}(?::\d\d)?)(?: (?:thirty|fifteen|ish|o'?clock|a ?m|p ?m|eastern|pacific|central))?)\b"
)
REFUSES = Wording(
    r"\b(?:but|though|although|however|honestly|to be honest|the thing is|thing is|problem|trouble|only thing|what (?:bugs|annoys|worries|gets) me|worried?|not sure (?:why|i|we)|"
    r"already|happy with|don'?t (?:need|see|want|like|trust|think|have)|can'?t|couldn'?t|won'?t|too (?:much|dear|expensive|small|old|high|busy|many)|no (?:budget|money|capital|time|point|need)|"
    r"budget|expensive|pricey|dear|contract|locked|last time|tried|burned|burnt|never again|why (?:would|should|change)|not (?:interested|convinced|for us|buying)|we have|we'?ve got|stick)\b"
)
CLOSES = Wording(
    r"\b(?:i'?ll (?:let you|leave you|leave it|not keep|get out)|won'?t (?:keep|hold|take)|let you (?:go|get)|thanks|thank you|appreciate|that'?s (?:everything|all|me)|"
    r"good luck|i'?ll (?:send|email|mail|put|get|post|pop|text|book|set|call|ring|see|tell|write|confirm|leave|be|dial)|you'?ll (?:get|have|see)|"
    r"(?:will do|done|booked|sent|confirmed|on its way|coming (?:over|at)|it'?s in|sending (?:it|now|them)|in the post|it is|noted)|see you|speak (?:soon|then)|talk (?:soon|then))\b"
)
APOLOGY = Wording(r"\b(?:sorry|apolog\w+|forgive|regret|condolences|my bad|pardon)\b")
REMOVAL = Wording(
    r"\b(?:(?:off|out of|from) (?:our|the|my) (?:\w+ )?(?:list|system|records?|book|books|file|files|database)|(?:remov|delet|eras|unsubscrib|clos|cancel)\w*|taken? (?:\w+ )?(?:off|out)|"
    r"(?:won'?t|will not|nobody|no one|never|not) (?:\w+ ){0,4}?(?:call|ring|hear|phone|contact|bother|disturb|be (?:called|contacted|rung))|you'?re (?:off|out)|scratch you|number(?:'s| is)? (?:off|gone|deleted|removed)|"
    r"last (?:call|time)|marked it)\b"
)
_JOIN = Wording(r"[,;:.?!…—–]\s*|\b(?:and|or|plus|then|but)\b")
_HEAD = Wording(
    rf"\b{_WH}\b|\b{_AUX} (?:you|your|it|that|there|they|the|we|i|he|she|this|any|one|some\w*|those|these|an?|our|their|his|her|mama|[a-z]\w+)\b"
)


@dataclass(frozen=True, slots=True)
class TurnActs:
    """What one turn does by its wording; each act is looked for when it is first asked about."""

    i: int
    speaker: str
    text: str
    clauses: tuple[str, ...]
    _known: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)

    def does(self, *names: str) -> bool:
        """Whether any of these acts is among them."""
        return any(self._does(name) for name in names)

    @property
    def acts(self) -> frozenset[str]:
        """The names of all acts of the turn."""
        return frozenset(name for name in (*_BY_AGENT, *_BY_CONTACT) if self._does(name))

    def _does(self, name: str) -> bool:
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._sounds(name)
        return found

    def _sounds(self, name: str) -> bool:
        """Whether the turn sounds like an act of its speaker; turns of tools and of the system do nothing."""
        pattern = (_BY_AGENT if self.speaker == "agent" else _BY_CONTACT).get(name)
        if pattern is None or not self.clauses or self.speaker in ("tool", "system"):
            return False
        return bool(pattern.search(self.text)) or (
            name == "question" and any(pattern.search(clause) for clause in self.clauses)
        )


_BY_AGENT = {
    "question": QUESTION,
    "invites": INVITES,
    "gap": GAP,
    "again": AGAIN,
    "reminds": REMINDS,
    "offer": OFFER,
    "concession": CONCESSION,
    "condition": CONDITION,
    "small_talk": SMALL_TALK,
    "permission": PERMISSION,
    "scheduling": SCHEDULING,
    "read_back": READ_BACK,
    "closes": CLOSES,
    "farewell": phrases.FAREWELL,
    "apology": APOLOGY,
    "removal": REMOVAL,
    "asks_for": phrases.ASKS_FOR,
}
_BY_CONTACT = {
    "question": QUESTION,
    "yes": YES,
    "no": NO,
    "hedge": HEDGE,
    "time": TIME,
    "refuses": REFUSES,
    "farewell": phrases.FAREWELL,
    "leaving": phrases.LEAVING,
    "machine": phrases.MACHINE,
    "wrong_number": phrases.WRONG_NUMBER,
    "absent": phrases.ABSENT,
    "screens": phrases.SCREENS,
    "speaking": phrases.SPEAKING,
    "connecting": phrases.CONNECTED,
}


def find_acts(transcript: Transcript) -> tuple[TurnActs, ...]:
    """The acts of every turn, in order.

    >>> from precall_cli.records.transcript import Transcript
    >>> call = {"call_id": "c", "turns": [{"i": 0, "speaker": "agent", "text": "Got it. How many reps?"}]}
    >>> sorted(find_acts(Transcript.from_document(call, "c"))[0].acts)
    ['question']
    """
    return tuple(
        TurnActs(turn.i, turn.speaker, turn.text, split_clauses(turn.text)) for turn in transcript.turns
    )


def split_clauses(text: str) -> tuple[str, ...]:
    """The sentences of a turn, each verbatim; a turn without punctuation is one clause."""
    return tuple(part for part in (piece.strip() for piece in _BREAK.split(text)) if part)


def count_questions(text: str) -> int:
    """How many questions a text puts, at most: its parts, joined by "and", "or" or a comma, that begin to ask.

    >>> count_questions("how big a team are we talking and by which date you want them?")
    2
    >>> count_questions("And who signs, you or your boss?")
    1
    """
    return sum(1 for part in _JOIN.split(text) if _HEAD.search(part))
