"""The judge: a model settles what the audit could not decide, and code checks every word of it.

`judge_call(plan, transcript, log, policy, judge=Judge(…))` audits one call as `audit.examine_call` does, puts
what is undecided to the judge, and gives the audit again from the statuses then. `Judge` holds model, runs,
budget and recordings. Neither raises for anything that a server says or does: what the judge cannot settle
stays as it was, with a note.

What the judge may do, and what not (`rules.py` holds it):

1. It is asked about nothing but items that are `uncertain`, or decided within `NEAR` of the band around their
   threshold. What it says of any other item is discarded.
2. A critical finding stands: an item that code found `violated`, `missing` or `mentioned` is never asked
   about.
3. No all-clear on its word: `not_triggered` for a stop and `respected` for what is withheld are never taken
   from it. `given`, `late` and `honoured` are taken only where code reads the same out of the quoted turn.
4. What happened needs a quote: verbatim, in a turn that the engine weighed for that item, by the speaker
   whose act it is. What did not happen has no words, so it is taken only where the engine leans to it too.
5. A majority of all runs decides; without one the item stays as it was.
"""

from precall_cli.judge.ask import BUDGET_MS, DEFAULT_MODEL, Judge
from precall_cli.judge.calls import judge_call
from precall_cli.judge.recordings import Recordings
from precall_cli.judge.rules import NEAR

__all__ = ["BUDGET_MS", "DEFAULT_MODEL", "NEAR", "Judge", "Recordings", "judge_call"]
