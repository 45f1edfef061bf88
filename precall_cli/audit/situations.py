# ruff: noqa: E501  (a pattern is read whole)
"""The situations in which a plan tells the agent to stop, by how the plan names them and how they are heard.

A stop condition of the plan is put into a situation by its own words; a turn triggers it when it sounds like that
situation and not like one of its look-alikes. Conditions of no known situation are left to the matcher alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from precall_cli.audit.phrases import MACHINE, NO_OPT_OUT, OPT_OUT, WRONG_NUMBER
from precall_cli.audit.wording import Wording


@dataclass(frozen=True, slots=True)
class Situation:
    """One reason to stop: how plans name it, how contacts say it, what only sounds like it."""

    name: str
    named: Wording
    heard: Wording
    unlike: Wording | None = None
    off_line: bool = False
    """Whether it can be triggered with nobody, or the wrong person, on the line."""

    def hears(self, text: str) -> bool:
        """Whether a text sounds like this situation."""
        return bool(self.heard.search(text)) and not (self.unlike is not None and self.unlike.search(text))


SITUATIONS = (
    Situation(
        "voicemail",
        Wording(r"\b(?:voice ?mail|answering machine|machine answers|mailbox|recording answers)\b"),
        MACHINE,
        off_line=True,
    ),
    Situation(
        "wrong_person",
        Wording(r"\bwrong (?:number|person)|not the right (?:person|company)|nothing to do with\b"),
        WRONG_NUMBER,
        off_line=True,
    ),
    Situation(
        "child",
        Wording(r"\b(?:child|minor|kid|under ?age)\b(?! (?:has been|is hurt|has had))"),
        Wording(
            r"\bmy (?:mama|mommy|mummy|daddy|mum|mom|dad) (?:is |'?s )?(?:in|out|not|at|said|says|asleep)|homework|\bi(?:'?m| am) (?:only )?"
            r"(?:five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen)\b(?! (?:hours|days|minutes|miles|years in))"
            r"|not (?:supposed|allowed) to (?:talk|answer|speak)|\bi'?m a (?:kid|minor|child)\b|years old and"
        ),
        off_line=True,
    ),
    Situation(
        "opt_out",
        Wording(
            r"\b(?:(?:no|not|never|stop|quit|end|doesn'?t|does not|refuses?|declines?|any|further|more)\b(?!.{0,60}\brecord).{0,40}\b(?:call|calls|called|calling|contact|"
            r"contacted|phone|phoned|ring|ringing|rung|reached|disturbed|bothered)|remov\w*|taken off|take (?:me|us) off|off (?:the|our) list|dropped from|let(?:t|) be|"
            r"left alone|leave (?:him|her|them|us) alone|forget (?:her|his|their)|delet\w+|opts? out|unregister\w*|unsubscrib\w*|wants off|all calls to end|"
            r"asks us to stop|refuses (?:more |further )?calls|wants? (?:to be )?(?:out|off)|d ?n ?d|do not disturb|as spam|off the list|blocks? us|name off)\b"
        ),
        OPT_OUT,
        NO_OPT_OUT,
        off_line=True,
    ),
    Situation(
        "no_recording",
        Wording(r"\b(?:not|refus\w*|object\w*|declin\w*|without|withdraw\w*|against)\b.{0,40}\brecord"),
        Wording(
            r"\b(?:don'?t|do not|didn'?t|did not|never|rather|not|no|stop|without|against|mind|object\w*|refuse|agree|consent)\b[^.?!]{0,40}\b(?:record\w*|taped?|taping)\b|"
            r"\b(?:record\w*|tape|taping)\b[^.?!]{0,25}\b(?:off|stop|not ok|not okay|no thanks|no thank you)\b|\b(?:turn|switch) (?:that|it|this) off\b"
        ),
        Wording(
            r"\b(?:don'?t|do not|wouldn'?t) mind\b|\bno (?:problem|worries|objection)\b|\b(?:voice ?mail|music|sales|track|keep|kept|no) record(?:s|ing (?:artist|studio))?\b|"
            r"\b(?:your|our|the) (?:vendor|carrier|phone system|system|dialer)\b"
        ),
    ),
    Situation(
        "human",
        Wording(
            r"\b(?:a |any |real |live )(?:human|person|human being)\b(?! (?:on|asks|should be removed))|\bfrom ai\b|real person|person should call|senior person"
        ),
        Wording(
            r"\b(?:speak|talk|spoke|deal|put (?:me )?(?:on|through)|transfer|call|spoken|talking|put this)\b(?: \w+){0,3}? (?:to|with|by|from|me)\b(?: \w+){0,3}? "
            r"(?:human|person|somebody|someone|anyone|real|actual|flesh|colleague|nurse|manager|man|woman|lady|girl)\b|flesh and blood|carne y hueso|"
            r"\b(?:with|got) (?:a pulse|blood in)|\b(?:real|live|actual|human|proper) (?:person|human|being|agent|voice)\b|"
            r"\b(?:don'?t|do not|won'?t|not going to|no) (?:talk|speak|discuss|deal|do)(?: \w+){0,4}? (?:robot|machine|computer|bot|ai|a i|recording)s?\b|"
            r"\b(?:is|isn'?t) there (?:a |any(?:body|one)?|some(?:body|one)?)(?: \w+){0,3}? i (?:can|could) (?:talk|speak)"
        ),
        Wording(
            r"\b(?:are you|is (?:this|it|that)(?: you)?)(?: on the call or)? (?:a |an )?(?:real|human|robot|machine|person)\b|\bor (?:is it )?a (?:real|human|robot|machine)\b|"
            r"\b(?:who|which|whoever|nobody|knows?|already|always|never|he|she|they|nurses?|staff|patients?|customers?|callers?|clients?|members?|parents?)\b"
            r"(?: \w+){0,5}? (?:talk|talks|talked|talking|speak|speaks|spoke|speaking)(?: \w+)? (?:to|with) (?:some|any)(?:body|one)\b"
        ),
    ),
    Situation(
        "driving",
        Wording(
            r"\b(?:driving|drives|riding|rides|cycling|behind the wheel|on the road|machinery|site plant|at the wheel|in (?:the|a) car)\b"
        ),
        Wording(
            r"\b(?:i'?m|i am|im|we'?re|currently|just|still) (?:\w+ ){0,2}?driving\b|\b(?:behind|at|on) the wheel\b|\bin traffic\b|\bmerging\b|\bred light\b|"
            r"\bi'?m on (?:the )?(?:\w+ ){0,2}?(?:highway|motorway|freeway|interstate|road|expressway|bypass|\d{2,3}|i-?\d+|m\d+|a\d+|seventy|eighty|ninety|sixty|fifty|forty)\b|"
            r"\b(?:in|into) the (?:loader|tractor|digger|excavator|cab|harvester|combine|forklift|machine)\b|\b(?:get|go|pass|overtak\w+) (?:around|round|past) (?:this|that|a) "
            r"(?:tractor|truck|lorry|bus|car)\b|\b(?:took|got|missed|take) the exit\b|\bhands on the wheel\b|\b(?:i'?m|i am|im|just|still|now) (?:\w+ ){0,2}?(?:riding|cycling|overtaking|pulling out)\b|"
            r"\b(?:i'?m|im|i am|going out|sat|sitting|out) (?:\w+ ){0,2}?(?:on|to) (?:the|my|a) (?:\w+ )?(?:bike|bicycle|motor ?bike|motorcycle|scooter|moped|quad)\b|"
            r"\b(?:you|phone|earpiece) (?:\w+ )?in the helmet\b|\bdoing (?:\w+ )?(?:miles an hour|kilomet\w+|fifty|sixty|seventy|eighty|ninety) (?:on|down|along)\b|\bdriving (?:right now|at the moment|now|along|down|up|into)\b"
        ),
        Wording(
            r"\b(?:who'?s|whoever'?s|who is|nobody'?s|he'?s|she'?s|they'?re|drivers?|techs?|guys|crew)(?: \w+){0,4}? (?:at|behind|on) the wheel\b|"
            r"\b(?:parked|pulled over|ain'?t rolling|not (?:driving|rolling|moving)|stopped at|fuel island|passenger|used to drive|wife(?:'s| is) driving|"
            r"hands[- ]free is fine|won'?t let me|driving (?:me|us|them|him|her) (?:\w+ )?(?:mad|crazy|nuts|up the wall|force|test|range|school|licen[cs]e))\b"
        ),
    ),
    Situation(
        "death",
        Wording(
            r"\b(?:death|died|bereav\w*|griev\w*|lost a|mourning|burial|funeral|family member|passed away|upset|cry(?:ing)?|cries|tears|distress\w*)\b"
        ),
        Wording(
            r"\b(?:passed away|passed (?:on|last|this|two|three|a )|has died|'?s died|(?:he|she|husband|wife|mother|father|mum|dad|mom|son|daughter|sister|brother|walter) died|funeral|"
            r"buried|burying|bury (?:him|her|my)|mourning|bereave\w*|widow\w*|with the lord|(?:lost|losing) (?:my|our|her|his) (?:\w+ )?"
            r"(?:mum|mom|mother|dad|father|husband|wife|son|daughter|brother|sister|partner|baby|boy|girl|nan|gran)|in mourning|wake is|no longer with us)\b|"
            r"\b(?:i'?m|i am|im|been|can'?t stop|she'?s|he'?s) (?:\w+ )?(?:crying|weeping|sobbing|in tears|in bits)\b|\b(?:they|we|she|he|i) (?:just )?lost (?:her|him|it|the baby|the child|our baby)\b|\bmiscarri\w+|\bstillb\w+"
        ),
        Wording(
            r"\b(?:ago when|years ago|was (?:\w+ )?and there|when i was|funeral (?:party|tea|trade|flowers|home|director)|used to bury)\b"
        ),
    ),
    Situation(
        "illness",
        Wording(r"\b(?:illness|hospital|unwell|sick|ill|faint\w*|dizzy)\b"),
        Wording(
            r"\b(?:in (?:the )?hospital|intensive care|icu|ward|chemo\w*|surgery tomorrow|stroke|heart attack|in a&e|had an operation|unwell|on a drip|not (?:at all )?well|dizzy|faint(?:ing)?|head(?:'s| is)? spinning|the head spinning|throwing up|vomiting|can'?t breathe)\b"
        ),
    ),
    Situation(
        "legal",
        Wording(
            r"\b(?:legal (?:action|steps|notice)|lawyer|solicitor|attorney|sue|court|counsel|goes through legal|legal has)\b"
        ),
        Wording(
            r"\b(?:lawyers?|attorneys?|solicitors?|barrister|suing|sue (?:you|y'?all)|legal action|legal(?:'s| is| has| department)|proceedings|small claims|"
            r"see you in court|in court|cease and desist|counsel|take (?:this|it|you) (?:further|to court)|going through '?em as we speak|writ|advocates?|legal notice|sent (?:\w+ )?(?:a )?notice)\b"
        ),
        Wording(
            r"\b(?:our lawyers? (?:use|like|want|need)|lawyer would tell|lawyer'?s (?:wedding|party|birthday|shower|office|desk|coffee)|(?:my|our) lawyers? (?:is|are|was) (?:at|on holiday|coming|here))\b"
        ),
    ),
    Situation(
        "complaint",
        Wording(r"\b(?:complaint|complain|swears|temper|abusive)\b"),
        Wording(
            r"\b(?:report(?:ing)? (?:you|this)|file a complaint|make a complaint|complain(?:ing)? (?:to|about you)|ombudsman|regulator|"
            r"f[u*]ck\w*|sh[i*]t|bastard|bloody hell|go to hell|piss off|get stuffed|sod off)\b"
        ),
    ),
    Situation(
        "source",
        Wording(r"\b(?:who gave|where we got|how we got) (?:us )?(?:his|her|their|the) (?:number|name)\b"),
        Wording(
            r"\b(?:where did you (?:people )?get|who gave (?:you|y'?all)|how did you (?:people )?get) (?:my|this|our|the)\b"
        ),
    ),
    Situation(
        "left",
        Wording(
            r"\b(?:left the (?:firm|company|job)|changed jobs|no longer (?:works|decides|buys|runs)|left his job|has left|stepped down|(?:now|else) decides|decides now|handed (?:it )?over)\b"
        ),
        Wording(
            r"\b(?:no longer (?:with|at|work|in charge|there)|left (?:the )?(?:company|firm|business|job|there|them|in|last|two|three)|(?:don'?t|do not|doesn'?t) work (?:there|here|for)|"
            r"my last day|i(?:'ve|ve| have)? retired|moved on|changed jobs|new (?:job|employer)|let me go|been made redundant|laid off|quit (?:last|in|the)|finished (?:there|up there))\b|"
            r"\b(?:gone|going|moved|handed|passed|been taken|taken|went) (?:all )?(?:over|across|up) (?:to|by)\b|\bout of (?:my|our) hands\b|\b(?:it'?s|that'?s) (?:them|him|her|somebody else|someone else)(?: \w+)? (?:that |who )?decid\w+\b|"
            r"\b(?:i|we) (?:don'?t|do not|no longer) (?:decide|do (?:that|it)|handle|run|buy)(?: \w+){0,3}? (?:any ?more|now)\b"
        ),
    ),
    Situation(
        "closing",
        Wording(
            r"\b(?:insolven\w*|bankrupt\w*|clos(?:ing|ed|es)|wound down|winding|being sold|sold|merg\w*|for sale|debt review|administration|suspended|dead|shut)\b"
        ),
        Wording(
            r"\b(?:insolven\w*|bankrupt\w*|we(?:'ve|ve| have)? filed|chapter (?:eleven|seven|11|7)|receivers?|liquidat\w*|(?:is|are|we'?re|it'?s) (?:closing|shutting|winding|folding)(?: down| up)?|"
            r"(?:closing|shutting|winding) (?:down|up|the doors)|(?:we|i|he|they|she|been|it'?s|was|were|be|getting|has|'ve) (?:just )?(?:sold|bought out|acquired|taken over)|sold (?:up|it|the|to|them|out)|"
            r"(?:up )?for sale|merging|merger|merged|under administration|debt review|suspended (?:my|our|us)|handed (?:over|back) the keys)\b"
        ),
    ),
    Situation(
        "moment",
        Wording(
            r"\b(?:meeting|assembly|examination|prayer|majlis|mosque|with a (?:patient|customer)|patient in|patient needs|in surgery|conducting|church)\b"
        ),
        Wording(
            r"\b(?:in (?:a|the|an) (?:\w+ )?(?:meeting|assembly|class|majlis|mosque|exam|surgery|theatre|church|temple|session)|standing in assembly|pray(?:ing|er|ers)?\b|salah|namaz|"
            r"with (?:a|my|the) (?:patient|customer|client|pupil|student)|patient (?:in|is|on|here|waiting|now)|in the chair|can'?t talk)\b"
        ),
        Wording(r"\b(?:before|after) (?:the )?(?:prayer|meeting|church)|prayer meeting\b"),
    ),
    Situation(
        "emergency",
        Wording(
            r"\b(?:emergency|crash|injury|hurt|collapsing|alarm|armed|outbreak|accident|distress|calving|foaling|lambing)\b"
        ),
        Wording(
            r"\b(?:emergency|fire alarm|that'?s the alarm|blood|collaps\w*|ambulance|crash(?:ed)?|been (?:hurt|hit|under)|under a bus|injur\w*|choking|accident|"
            r"evacuat\w*|(?:we'?re|are|school is|is) (?:in|on) lockdown|gunm[ae]n|shots fired|(?:being|been|getting|got) robbed|robbers|not breathing|cardiac|code (?:red|blue)|haemorrhag\w*|broken (?:his|her|my)|going down|get the (?:chains|vet|hose|extinguisher)|breech|outbreak|foot and mouth|flu in)\b"
        ),
    ),
    Situation(
        "cancel",
        Wording(
            r"\b(?:cancel\w*|withdraws?|account closed|close the account|mistake|was dead|project is dead)\b"
        ),
        Wording(
            r"\b(?:cancel\w*|call(?:ed|ing)? (?:it|the whole thing) off|withdraw\w*|close (?:the|my|our) account|(?:it|that|the form) was (?:a|by) mistake|scrapped|pulled the plug|axed|shelved)\b"
        ),
        Wording(
            r"\b(?:cancel(?:led|lation)? (?:fee|policy|on me)|(?:they|he|she|you|people|should|could) (?:should |could |might )?(?:just )?cancel\w* (?:the )?(?:winter|summer|weather|christmas|monday|flights?|trains?)|i'?ll take the \w+|don'?t cancel|cancel anytime|last (?:one|guy|vendor|supplier)|cancel (?:my|the) (?:other |dentist|meeting|lunch|flight))\b"
        ),
    ),
    Situation(
        "signed",
        Wording(
            r"\b(?:signed (?:with|elsewhere)|hired somebody else|contract is signed|deal is signed|joined another|someone else)\b"
        ),
        Wording(
            r"\b(?:(?:we|i|he|she|they)(?:'ve|ve| have|'s)? (?:just |already )?(?:signed|gone with|went with|hired|chosen|picked|joined|appointed|committed)|signed (?:with|up|last|on|this|yesterday))\b"
        ),
    ),
    Situation(
        "competitor",
        Wording(
            r"\b(?:works? for a (?:competitor|rival)|compete with us|competitor|rival|also sells?|sells? (?:such|the same|similar)|same (?:business|trade|line))\b"
        ),
        Wording(
            r"\b(?:compet(?:e|itor|ing|ition)|same people|your rival|rivals?|i work for|building our own)\b|"
            r"\b(?:same|similar) (?:thing|business|trade|line|game|product)(?: \w+)? (?:basically|as you|to you|ourselves|myself)\b|"
            r"\b(?:i|we) (?:also |now )?(?:sell|make|build|run|do|offer)s? (?:\w+ ){0,4}?(?:ourselves|myself|like yours|the same|similar|our own)\b|"
            r"\b(?:i'?m|we'?re) in the (?:same|very same)\b|\bwe'?ve sold (?:it|them|ours) to\b"
        ),
    ),
    Situation(
        "tender",
        Wording(r"\b(?:tender|freeze|vendor talks|banned|may not speak|procurement|on hold)\b"),
        Wording(
            r"\b(?:not (?:allowed|permitted|supposed) to (?:talk|speak|discuss)|can'?t (?:talk|speak|discuss)(?: \w+){0,3}? (?:vendors?|suppliers?|during|while)|purchasing freeze|frozen|tender (?:is|rules|process|period)|"
            r"blackout|may not (?:talk|speak)|banned|on hold|go through procurement|talk to procurement)\b"
        ),
    ),
    Situation(
        "redirected",
        Wording(
            r"\b(?:speak|talk|deal|write)\b[^.]{0,20}\b(?:only )?(?:to|with)\b[^.]{0,20}\b(?:manager|head office|agent|broker|secretary|procurement|husband|wife|office|owner|boss|lawyer|accountant)\b"
        ),
        Wording(
            r"\b(?:speak|talk|deal|discuss|take (?:it|that|this) up|write|go)\b[^.?!]{0,25}\b(?:with|to|through)\b[^.?!]{0,40}\b(?:not (?:with |to )?me|manager|head office|agent|broker|secretary|procurement|husband|wife|owner|boss|accountant)\b"
        ),
    ),
    Situation(
        "records",
        Wording(
            r"\b(?:record(?:s|ing)?|tap(?:es|ing)) (?:this|the|our|these|his|her|their) (?:own )?calls?\b|\b(?:also|they'?re|is|are) (?:record|tap)ing\b"
        ),
        Wording(
            r"\b(?:i|we)(?:'m|'re| am| are)? (?:also |always |just )?(?:record|tap)(?:e|ing)?\b|\b(?:i|we) (?:\w+ ){0,3}?(?:put|chuck|keep|get|have|save|got) (?:\w+ ){0,4}?on (?:tape|record|file)\b|"
            r"\bi put everything on\b|\brecord(?:ing)? (?:this|you|it|everything) (?:\w+ )?|\b(?:my|our) (?:\w+ ){0,2}?(?:phone|app|recorder|laptop|system|side|end)(?: \w+)? (?:is |'s )?(?:also )?record(?:s|ing)\b|"
            r"\b(?:recorder|tape)(?:'s| is) (?:on|running|going|rolling)\b"
        ),
        Wording(r"\b(?:are|if) you(?:'re)? recording\b|\b(?:don'?t|not) (?:want|like|agree)\b"),
    ),
)
"""In order of precedence: the first one that a condition names is its situation."""


@lru_cache(maxsize=2048)
def situations_of(condition: str) -> tuple[Situation, ...]:
    """The situations that a stop condition of a plan names; several where it says "or".

    >>> [s.name for s in situations_of("The contact asks not to be called again")]
    ['opt_out']
    """
    return tuple(s for s in SITUATIONS if s.named.search(condition))
