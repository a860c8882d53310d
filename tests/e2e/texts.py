"""Articles written for the tests; places, people and figures are made up."""

from __future__ import annotations

HARBOUR = """\
The harbour authority of Port Velmar closed its northern basin on Tuesday after divers found
cracks in two of the five piers that carry the grain terminal. Ships waiting outside the
breakwater were sent to Ostrand, forty miles down the coast, and the railway laid on eleven
extra trains to bring the wheat back.

"We would rather lose a week than lose a pier," said the authority's chief engineer, Mirela
Tovan, at the quayside. She said the cracks ran up to three metres below the water line and had
probably opened during the storms of last winter.

The terminal handles a third of the country's exports of wheat. Traders in the capital said
prices had risen by four percent within an hour of the announcement, and a baker's association
warned that flour would follow before the end of the month.

The ministry of transport said repairs would cost nine million crowns and would begin as soon as
steel could be brought in. A member of the opposition, Daro Helm, accused the government of
having ignored a report on the piers that was written four years ago.

Fishermen, whose boats lie in the southern basin, said they had not been told whether they could
leave. The authority promised an answer by Friday noon.
"""

BRIDGE = """\
A wooden footbridge over the river Asker was opened to walkers on Saturday, seven years after the
old one was carried off by a flood. Schoolchildren from both villages met in the middle and cut a
rope of straw.

The bridge was built by volunteers from larch that had been felled in the same valley. It is
ninety-one metres long and hangs from two cables that a mining company gave away when it closed
its last lift. An engineer from the provincial college checked every knot.

For the people of Upper Asker the way to the doctor is now twenty minutes on foot instead of an
hour by road. "My mother is eighty-eight and she was the first to ask when it would be ready,"
said the carpenter who led the work, Jon Brask.

The council has set aside money to renew the planks every ten years.
"""

ORCHARD = """\
Growers in the Lenn valley expect the smallest crop of apricots for thirty years after frost on
three nights in April. Of two hundred orchards that reported to the growers' union, more than
half lost everything.

Small fires were lit between the rows and helicopters were hired to push warmer air down to the
ground, at a price that many could not pay. The union has asked the province for help with the
interest on loans.

Jam makers in the valley said they would buy fruit abroad this summer for the first time.
"""


def paragraphs(text: str, first: int, last: int) -> str:
    """Some paragraphs of a text, counted from 0, half-open."""
    return "\n\n".join(text.strip().split("\n\n")[first:last])
