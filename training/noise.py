"""Speech-recognition noise for written turns, seeded and adjustable by one rate."""

from __future__ import annotations

import random
import re

FILLERS = ("um", "uh", "you know", "like", "i mean", "so", "er", "right", "well", "okay")
_SOUNDS = (
    "their there they're|to too two|for four|your you're|its it's|right write|hear here|by buy bye|"
    "know no|whole hole|week weak|would wood|one won|our are|new knew|meet meat|sell cell|sale sail|"
    "rate eight|see sea|weather whether|which witch|some sum|then than|wait weight|mail male|"
    "plan plane|cost costs|calling call in|accept except|affect effect|price prize|team teem|"
    "site sight|who's whose|where wear|hour our|do due|in and|this these|a the|can can't|"
    "email e mail|budget budge it|renewal renew all|contract contact|vendor vend or"
)
HOMOPHONES: dict[str, tuple[str, ...]] = {}
for _group in _SOUNDS.split("|"):
    _words = _group.split(" ")
    if len(_words) > 3 or (
        len(_words) == 3 and _words[0] in {"calling", "budget", "renewal", "vendor", "email"}
    ):
        HOMOPHONES[_words[0]] = (" ".join(_words[1:]),)
        continue
    for _word in _words:
        HOMOPHONES[_word] = tuple(w for w in _words if w != _word)
_MARK = re.compile(r"[^\w\s']|_")


def corrupt(text: str, rate: float, rng: random.Random) -> str:
    """``text`` as a recogniser might give it: at any rate above 0 without case and punctuation.

    ``rate`` is the chance, per word, of each fault: a filler before it, a homophone for it (half the words
    that have one at rate 0.5), a split, a loss; and a quarter of it, per turn, that the turn is cut off
    near its end.
    """
    if rate <= 0:
        return text
    words = _MARK.sub(" ", text.replace("\u2019", "'")).lower().split()
    heard: list[str] = []
    for spoken in words:
        word = spoken
        if rng.random() < rate * 0.6:
            heard.append(rng.choice(FILLERS))
        chance = rng.random()
        if word in HOMOPHONES and chance < rate:
            word = rng.choice(HOMOPHONES[word])
        elif len(word) > 6 and chance < rate * 0.5:
            at = rng.randint(3, len(word) - 3)
            word = word[:at] + " " + word[at:]
        elif chance > 1 - rate * 0.25:
            continue
        elif chance > 1 - rate * 0.35:
            heard.append(word)
        heard.append(word)
    if len(heard) > 5 and rng.random() < rate * 0.25:
        heard = heard[: rng.randint(len(heard) * 3 // 4, len(heard))]
        heard[-1] = heard[-1][: max(2, len(heard[-1]) // 2)]
    return " ".join(heard) or text
