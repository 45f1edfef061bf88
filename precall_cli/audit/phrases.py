# ruff: noqa: E501  (a pattern is read whole)
"""What people say on the phone, as patterns: compiled once, each a family of wordings with one meaning.

They know no plan. A pattern that is right more often than a model belongs here; everything that depends on an item of
the plan is the matcher's. Patterns are written for speech: no punctuation is relied upon, apostrophes may be missing.
"""

from __future__ import annotations

from precall_cli.audit.wording import Wording

_NOT = (
    r"(?:don'?t|do not|never|no need to|not to|nobody|no one|please no|didn'?t|won'?t|wouldn'?t|shouldn'?t)"
)
_CALL = r"(?:call(?:s|ed|ing)?|ring(?:s|ing)?|rung|phon(?:e|es|ed|ing)|dial(?:s|led|ling|ing)?|contact(?:s|ed|ing)?|bother(?:ed|ing)?|pester(?:ed|ing)?|bug(?:ged|ging)?|disturb(?:ed|ing)?|text(?:s|ed|ing)?|email(?:s|ed|ing)?|reach(?:ed|ing)?(?: out)?)"
_AGAIN = r"(?:again|any ?more|ever|no more|after this|going forward|in (?:the )?future|from now on)"
_MY = r"(?:me|us|my (?:number|name|phone|line|details|email)|this (?:number|phone|line|one)|the number|our (?:number|name|line|details)|(?:that|her|his|their) number)"

OPT_OUT = Wording(
    rf"\b{_NOT}\b(?: \w+){{0,5}}? {_CALL}\b(?: \w+){{0,6}}? {_AGAIN}\b",
    rf"\b(?:don'?t|do not|never) (?:you |you folks |ever |please |be )?{_CALL} (?:me|us|here|this number|this line|my (?:house|phone|number|office|cell)|(?:on )?this one|again)\b(?! (?:(?:on )?(?:this one |that one )?(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|mr|mrs|ms|miss|doctor|sir|ma'?am|an? \w+|on (?:the|that) (?:\w+ )?(?:number|phone|line))\b)",
    r"\b(?:stop|quit|cease|enough with|done with|no more|tired of|sick of)(?: \w+){0,3}? (?:call(?:s|ing)|ringing|phoning|dialling|dialing|contacting|bothering|pestering|texting|emailing|with the calls)\b(?! (?:it|them))",
    r"\b(?:take|get|strike|scratch|cross|knock|rub|pull|have|want|put) (?:me|us|this|my|our|the|that|her|him|it)?(?: \w+){0,3}? ?(?:off|out of|from|out) (?:of )?(?:your|the|that|this|whatever|any|every|all|y'?all'?s|calling|call)(?: \w+){0,3}? ?(?:lists?|book|books|records?|system|file|files|database|database|sheet|directory)\b",
    r"\b(?:take|strike|scratch|cross) (?:me|us|this number|my number|this one|that number|our number) (?:off|out)\b(?! (?:of )?(?:that|this|the|whatever) (?:committee|newsletter|menu|board|rota|job|team|panel|agenda)\b)",
    r"\btake (?:this|my|our|the|that) number (?:off|out|away|down)\b",
    r"\b(?:take|cross|strike|scratch) (?:out|off) (?:this|my|the|our) (?:number|name)\b",
    rf"\b(?:remove|delete|erase|lose|forget|drop|bin|ditch|wipe|scrub|unsubscribe|delist|unlist|block|deregister) {_MY}",
    r"\b(?:remove|unsubscribe|delist) (?:me|us)\b",
    r"\bforget (?:that )?you (?:ever )?(?:had|have|got) (?:this|my|our|these|the) (?:number|digits)\b",
    r"\b(?:leave|let) (?:me|us|him|her|them|my \w+) (?:alone|be|in peace)\b(?! (?:(?:very|quite|perfectly|totally|completely) )?(?:frank|honest|careful|clear|straight|blunt|direct|quick|sure|specific|open|plain|brief|fair|(?:the|that|this) week|with (?:the|that|this) \w+ for)\b)",
    r"\b(?:be|like to be|want to be|to be) left (?:alone|in peace)\b",
    rf"\b(?:rather|prefer|as soon|sooner|appreciate it if|grateful if|obliged if|thank you (?:not )?to)(?: \w+){{0,5}}? (?:didn'?t|did not|not|stopped|never|wouldn'?t|don'?t|quit)(?: \w+){{0,3}}? {_CALL}\b",
    r"\b(?:no|any) (?:more|further|other) (?:\w+ )?(?:calls?|contact|phone calls?|messages|of these calls|from you)\b",
    r"\b(?:last|final) (?:time|call|one|of these)(?: \w+){0,4}? (?:you (?:call|ring|phone|dial|contact)|i (?:hear|want to hear) from|from you|i get|i take|of these)\b",
    r"\b(?:the|be) last of these\b",
    r"\bput (?:me|us) on (?:your|the|a) (?:do not|don'?t|no)[ -]call\b",
    r"\bdo not call (?:list|register|registry)\b",
    r"\bopt(?:ing)? (?:me )?out\b",
    r"\b(?:i )?don'?t (?:want|need|wish)(?: \w+){0,4}? (?:calls?|(?:be )?(?:called|contacted|rung|phoned)|another call|hear(?:ing)? from you)\b",
    r"\bnot (?:want|wish|wanting)(?: \w+){0,3}? (?:calls?|(?:be )?(?:called|contacted|rung|phoned))\b",
    r"\b(?:don'?t|never) (?:want to )?hear from (?:you|y'?all|your)\b",
    r"\bcalling (?:me|us|here|this number) (?:is )?(?:over|done|finished)\b",
    r"\bno me (?:llamen?|llames)\b",
    r"\b(?:don'?t|do not|stop|quit|never) (?:ever )?us(?:e|ing) (?:this|my|our) number\b",
    r"\b(?:number|line|one|digits|this) (?:\w+ ){0,3}?(?:as )?(?:not existing|(?:you )?(?:do not|don'?t) (?:know|have) any ?more|dead to you|no longer exists?)\b",
    r"\bscratch (?:me|us) out\b",
    r"\b(?:tear|tore|rip|ripped|cut|rub|rubbed|blot|strike|struck|take|taken|took) (?:my|our|this|that) (?:\w+ )?(?:page|name|card|number|entry|line|sheet)s? (?:\w+ )?(?:out|off)\b",
    r"\b(?:obliged|grateful|thankful|glad|happy|pleased|happier|appreciate(?: it)?)\b[^.?!]{0,25}\b(?:this|that|it)(?:'s| is| was| were| be|'d be)? (?:the|your|our) (?:very )?last\b",
    r"\b(?:mark|put|set|note|register|place|have|get) (?:me|us|this(?: number)?|it|my number) (?:\w+ ){0,3}?(?:as |to |on |down as |under )(?:the )?(?:d ?n ?d|do not disturb|no contact|not to (?:be )?(?:call|ring|contact)\w*)\b",
    r"\b(?:report(?:ing|ed)?|block(?:ing|ed)?|flag(?:ging|ged)?|blacklist\w*) (?:this|your|the|that) (?:\w+ )?(?:number|line|call)s?\b|\b(?:report(?:ing)?|mark(?:ing)?) (?:you|this|it) (?:\w+ )?(?:as )?spam\b",
    r"\b(?:from (?:here|now) on|in future|going forward|after this)\b[^.?!]{0,45}\b(?:by (?:post|letter|mail|email)|in writing|(?:you )?(?:only |just )?write|letters? only|only letters?)\b",
)
"""The contact wants no more calls. Look-alikes are told apart by NO_OPT_OUT."""

NO_OPT_OUT = Wording(
    rf"\b{_NOT}\b(?: \w+){{0,4}}? {_CALL}\b(?: (?:me|us|here|him|her))?(?: \w+)? (?:before|after|until|till|between|during|while|at (?:dinner|lunch|work|home|night|the|six|seven|eight|nine|ten|noon)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|my|weekends?|the weekend)|so (?:early|late)|this (?:early|late|week|month)|(?:next|today|tomorrow|tonight)|in the (?:morning|afternoon|evening))\b",
    r"\btake (?:me|you|us|it) off (?:speaker|hold|mute|the hook|the speaker)\b",
    r"\b(?:list|off my list), i mean\b",
    r"(?<!you )(?<!you have )(?<!you've )\b(?:stopped|used to) (?:calling|using|ringing)\b",
    r"\bi (?:stopped|quit|can'?t stop|don'?t) (?:calling|call|ring|ringing)\b",
    r"\bdon'?t (?:call|ring|phone) (?:it|them|him|her|that)\b(?! again| any ?more)",
    r"\bdon'?t (?:call|phone|ring) (?:me )?(?:old|cheap|picky|sir|ma'?am|mr|mrs|crazy|stupid)\b",
    r"\b(?<!you )(?:they|people|customers|patients|clients|buyers|parents|guests|he|she|suppliers|folks) (?:\w+ )?(?:don'?t|never|stopped|stop|won'?t|didn'?t|doesn'?t) (?:call|ring|phone|calling|text|email)\b",
    r"\bno need to (?:call|ring|phone)\b",
    r"\b(?:told|tell|says?|asked|telling|asking) (?:him|her|them|'em|that (?:\w+ )?\w+|the (?:other|last)(?: \w+)?)\b(?: \w+){0,2}? (?:lose|delete|take|stop|quit|leave|forget|remove|never|not|don'?t)\b",
    r"\bstop with (?:the|your) \w+ calls (?:at|before|after|during)\b",
    r"\bstop (?:calling|ringing|phoning) (?:it|them|that|him|her)\b",
)

FAREWELL = Wording(
    r"\b(?:good ?bye|bye|cheerio|see (?:you|ya)|ta[- ]?ta|ta ra|cheers|take care|take it easy|have a (?:good|great|nice|lovely|blessed|super|wonderful|safe|fantastic)|good (?:luck|night)|talk (?:soon|then|to you)|speak soon|catch (?:you|ya)|all the best|enjoy (?:the|your)|safe (?:travels|journey|flight|trip|drive)|drive safe|so long|later|ciao|tsch[uü]ss|hej d[åa]|au revoir|ma'?a salama|allah hafiz|khuda hafiz|namaste|namaskar|salamat|ingat|totsiens|hooroo|wiederh[öo]ren|adios|god bless|bless you|regards to|say hi to|say hello to|mind (?:yourself|how you go)|best wishes|peace)\b",
)

LEAVING = Wording(
    r"\b(?:i'?(?:ve|ll have)?|we'?(?:ve)?) ?(?:got to|gotta|have to|need to|must|should|better|best|had better) (?:now )?(?:go|run|hop|hang up|jump|dash|leave|get going|get off|shoot|scoot|drop|fly)\b",
    r"\b(?:have|got|need) to (?:go|run|hang up|dash|hop)\b",
    r"\bgotta (?:go|run|hop|dash|jump|bounce)\b",
    r"\bi (?:must|gotta|need) (?:go|run)\b",
    r"\b(?:hold on|hang on|wait wait|wait)[,. ]",
    r"\b(?:my boss|my director|my colleague|client|somebody|someone)(?: \w+){0,3}? (?:is|'s|at|on|calling|standing)\b",
    r"\b(?:fire alarm|the alarm|that'?s the (?:bell|door|alarm))\b",
    r"\bi (?:call|ring|phone) you (?:b|back)\b",
    r"\bcut(?:ting)? (?:the )?(?:call|you off)\b",
    r"\bcan'?t talk\b",
)

MACHINE = Wording(
    r"\b(?:leave|record) (?:a |your |me a |us a |it |my )?(?:short |brief )?(?:name|message|voicemail|it at|your name)",
    r"\b(?:after|at) the (?:tone|beep)\b",
    r"\byou(?:'ve|ve| have)? reached (?!out)",
    r"\b(?:mail ?box|voice ?mail|answer(?:ing|ed) (?:machine|phone|service))(?: (?:is|of|box|full))",
    r"\b(?:messagerie|anrufbeantworter|buz[oó]n de voz|mail ?box full)\b",
    r"\bpress (?:one|two|three|nine|zero|pound|hash|star|[0-9#*])\b",
    r"\b(?:can'?t|cannot|unable to|is not able to|isn'?t able to) take (?:your|the|this) call\b",
    r"\bscreening service\b|\bcall (?:assistant|screening|screener)\b|\bvirtual receptionist\b",
    r"\bsay your name (?:and|,)",
    r"\b(?:person|number|party|subscriber|customer) (?:that )?you(?:'re| are|'ve| have)? (?:\w+ ){0,3}?(?:call(?:ing|ed)?|dialled|dialed|reach|trying)\b",
    r"\bis not (?:available|answering)\b(?: \w+){0,4}? (?:tone|message|at the moment please)",
    r"\b(?:please )?stay on the line\b",
    r"\bthe (?:google|call) (?:subscriber|screen)",
    r"\bmessage (?:saved|not saved)\b|\bto (?:re-?record|send your message|erase)\b",
    r"\b(?:either on the other line|away from (?:my|the) (?:desk|phone))\b",
)

WRONG_NUMBER = Wording(
    r"\b(?:wrong|incorrect) (?:number|person|house|place|guy|fella|bloke|department|shop)\b",
    r"\bno(?:body| one|-one|bdy)? (?:here )?(?:by that name|called that|of that name|here called|with that name)\b",
    r"\b(?:had|has) this (?:number|phone) before\b",
    r"\b(?:old|previous|former) (?:number|owner of (?:this|the) number)\b",
    r"\bisn'?t (?:his|her|their) (?:number|phone) any ?more\b",
    r"\b(?:there'?s|there is|we have|we got|i know|don'?t have) no (?:mr|mrs|ms|dr|doctor|one called|such|\w+ here)\b",
    r"\bthat'?s not me\b|\bthat isn'?t me\b|\bi'?m not (?:him|her|the one you|that person)\b",
    r"\b(?:you'?ve|you have|you) got the wrong\b",
    r"\bi don'?t know (?:any|no|a|who)\b(?: \w+){0,2}? (?:that|is|by|of|called)",
    r"\bno[,.]? (?:no[,.]? )?this is (?!he\b|she\b|me\b|him\b|her\b|fine|good|okay|ok\b|not (?:a|the) (?:good|best))\w+",
    r"^\W*(?!hello|hi|hey|guess|says|depends|and|but|you)\w+ who\W*$",
    r"\bnew number\b|\bchanged numbers?\b|\bmoved away\b",
    r"\b(?:doesn'?t|does not|don'?t|do not|no longer) lives? here\b|\bwe(?:'ve|'re| have| are| got)? (?:just )?(?:taken|bought|renting|rented|got) (?:over )?(?:the|this|his|her|their) (?:flat|house|place|apartment|office|shop|unit)\b|"
    r"\b(?:went|gone|shifted|relocated|moved) to \w+ (?:to|with|for|at|near) (?:his|her|their)\b",
)

_SOMEONE = (
    r"(?:he|she|boss|sir|madam|ma'?am|(?:the )?doctor|mr \w+|mrs \w+|ms \w+|dr \w+|mum|mom|mama|dad|papa|my (?:mama|mom|mum|dad|wife|husband|boss|son|"
    r"daughter|brother|sister))"
)
ABSENT = Wording(
    rf"\b{_SOMEONE}(?:'s|’s| is|s|'s gone|'s just)? (?:always |just |currently )?(?:(?:not|n'?t) (?:in|here|around|available|back|on site|at)|isn'?t (?:in|here|around|available)|"
    r"out\b|off (?:today|sick|till|until|this)|away|with (?:a|an|her|his|the) |in (?:a|the|his|her) \w+|on (?:leave|holiday|vacation|annual|another|the other|a call|a job|site|maternity)|down the|up (?:the|a)|gone|"
    r"travelling|traveling|busy|tied up|at (?:lunch|the)|driving|abroad|asleep|resting|showing|got (?:his|her) hands|has her arm|has his|teaching|operating)",
    r"\bis not in (?:the|his|her|today)\b",
    r"\b(?:he|she)(?:'s| is|s) in (?!charge|on)\w+(?: \w+)? (?:till|until|'til|this week|all week|today|for the|and back|back)\b",
    r"\bnot (?:in|here) (?:right now|at the moment|today|just now|yet)\b",
    r"\bi'?m (?:not |just |only )?(?:the |her |his |a )(?:\w+ )?(?:one to ask|reception|receptionist|assistant|secretary|temp|son|daughter|wife|husband|mum|mother|driver|cleaner|nephew|niece|neighbou?r)\b",
    r"\b(?:this is|it'?s|that'?s) (?:his|her|their|the|sir'?s|madam'?s|doctor'?s)(?: \w+)? (?:mum|mother|mom|wife|husband|son|daughter|assistant|secretary|driver|brother|sister|father|dad|pa|receptionist|front desk|desk|neighbou?r|carer|maid|nurse|uncle|aunt|nephew|niece|reception)\b",
    r"(?<!she's )(?<!he's )\b(?:front desk|reception|switchboard|contact centre|on the desk|main line|how (?:may|can|should) i direct)\b",
    r"\bis (?:he|she) expecting\b",
    r"\b(?:take|leave|pass (?:on|along)) a message\b",
    r"\btry (?:her|him|them) (?:again |back )?(?:after|at|in|tomorrow|later|around)\b",
)
"""Someone else than the planned contact speaks: he or she is away."""

SCREENS = Wording(
    r"\bmay i (?:ask|know|say) (?:who|what)\b|\bwho(?:'s| is|s)? (?:calling|speaking|this|it)\b|\bwhat(?:'s| is|s) (?:this |it )?(?:regarding|about|concerning|it in relation|this in relation)\b|\bwhat company\b|"
    r"\bis this (?:sales|a sales)\b",
)
"""A question that a receptionist puts, and at times the contact."""

ASKS_FOR = Wording(
    r"\b(?:speak|talk|put (?:me )?through|connected?|connect me|pass me|transfer(?:red)?) (?:to|with|through to)\b",
    r"\b(?:is|was|s) (?:that |this )?(?:mr|mrs|ms|miss|dr|doctor|madam|sir)?\.? ?\w+(?: \w+)? (?:around|in|there|available|free|about|please|home|in today|handy)\b",
    r"\bis (?:that|this|it) (?:mr|mrs|ms|miss|dr|doctor|[a-z])\b|\bam i (?:speaking|talking) (?:to|with)\b",
    r"\blooking for\b|\btrying to (?:reach|get hold of|catch)\b|\bget hold of\b|\bcatch (?:him|her)\b|\btry (?:him|her|them)\b",
)

CONNECTED = Wording(
    r"\b(?:putting|put|connecting|transferring|patching|passing) (?:you|him|her|it|the call)\b",
    r"\b(?:i'?ll|let me|ill) (?:get|fetch|grab|put|see if|transfer|connect|patch|pass|hand)\b(?: \w+){0,2}? ?(?:him|her|you|them|the phone|over|through)\b",
    r"\bone (?:moment|second|sec)\b|\bhold (?:on|the line|please)\b|\bhang on\b|\bthrough now\b|\bhere (?:he|she) (?:is|comes)\b",
)

SPEAKING = Wording(
    r"\bspeaking\b(?! (?:to|of|with|for|about))",
    r"\b(?:this is|that'?s|it'?s|i'?m) (?:he|she|him|her|me|himself|herself)\b",
    r"\b(?:yes|yeah|yep|ja|ya|aye),? (?:that'?s me|this is me|it is|i am)\b",
)

THIRD = Wording(r"\b(?:he|she|him|her|his|he'?s|she'?s)\b")

DESK = Wording(
    r"\b(?:reception(?:ist)?|gate ?house|switchboard|front desk|front office|operator|gate|security|how (?:can|may) i (?:help|direct)|can you hold|office|desk|residence|"
    r"warehouse|stores)\b"
)
"""Somebody answers for a place, not for himself."""

RELAYS = Wording(
    r"\b(?:have to ask|i (?:just|only) (?:do|answer|work|clean|hand|help)|pass (?:it|that|this|the message) on|let (?:him|her|them) know|tell (?:him|her|them)|(?:he|she)'?ll (?:call|ring|be|get)|"
    r"give (?:him|her) (?:the|your|a) message|leave (?:a message|it with|your (?:name|number))|(?:his|her) (?:desk|voicemail|mailbox)|the other|wants? (?:you|him|her)|(?:he|she) (?:left|told|says|said))\b"
)
"""Somebody passes on what is for another."""

SEEKS = Wording(
    r"\b(?:catch|reach|find|get(?: hold of)?|try|ring|call|phone|tell) (?:him|her)\b|\b(?:is|does|will|would|when(?:'s| is| does| will)?) (?:he|she)(?! (?:like|want|think)s?)\b|"
    r"\b(?:at (?:his|her) desk|a better (?:time|day) to try|i'?ll try (?:again|him|her|mr|mrs|ms|dr))\b"
)
"""The agent asks how to reach another person than the one who speaks."""

NOT_THEM = Wording(
    r"\b(?:(?:a|the) wrong (?:number|person|place|house)|my mistake|(?:this|your) number (?:off|out|won'?t|from)|so this isn'?t|(?:sorry|apologi[sz]e) (?:for|to) (?:the (?:disturbance|mix-?up)|have (?:bothered|troubled|disturbed)))\b"
)
"""The agent sees that nobody here is the one asked for."""

REMOVED = Wording(
    r"\b(?:off|out of|from) (?:(?:our|my|every|all|any|the) ){1,2}(?:\w+ )?(?:no[- ]call |do[- ]not[- ]call |call(?:ing)? )?(?:lists?|records?|files?|systems?|database)\b",
    r"\b(?:no ?body|no one|we|i)(?: from \w+(?: \w+)?| else| here)?(?:'ll| will| shall)? (?:never |not |won'?t |no longer )?(?:be )?(?:call|ring|phone|bother|disturb|trouble|contact|dial|use)\w*(?: \w+){0,3}? (?:again|any ?more)\b",
    r"\b(?:won'?t|will not|not|never|no longer) (?:\w+ ){0,2}?(?:be )?(?:call(?:ed)?|rung|ring|hear|phoned?|contact(?:ed)?|bother(?:ed)?|disturb(?:ed)?|dial(?:led|ed)?)\b(?: \w+){0,4}? (?:again|any ?more|from us|from me)\b",
    r"\b(?:no ?body|no one) from \w+(?: \w+)? (?:will|shall)\b",
    r"\b(?:number|line|details|form|name|record|entry|page|company)(?:'s|'re| is| are| has been| have been)? (?:\w+ ){0,2}?(?:removed|deleted|struck|erased|blocked|taken (?:off|out)|coming (?:off|out))\b",
    r"\b(?:tak(?:e|ing|en)|strik(?:e|ing)|struck|remov(?:e|ed|ing)|delet(?:e|ed|ing)|eras(?:e|ed|ing)|scratch(?:ed|ing)?|cross(?:ed|ing)?|scrub(?:bed|bing)?) (?:you|(?:your|this|that|the) (?:number|company|name|line|details|entry))(?: \w+)? (?:off|out|down)\b",
    r"\b(?:i'?ve|i'?m|have) (?:marked|marking|noted|noting) (?:it|that|this|your \w+|the number)\b[^.?!]{0,40}\b(?:call|ring|contact|list|off)",
)
"""The agent confirms that he will not call again; narrower than what may be meant by it."""
