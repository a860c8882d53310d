"""What came, went or changed between two versions of an article."""

import dataclasses
import time

import pytest

from dedupe.difference import ChangeKind, Value, difference
from dedupe.difference.mates import MOST
from dedupe.text.plain import plain


def values(body, title="Ferry strikes quay"):
    return [
        Value(field=field, posted=posted, plain=(text := plain(posted)).text, spans=text.span)
        for field, posted in (("title", title), ("body", body))
    ]


def differing(before, after):
    """The difference of two bodies under one headline, or of two (body, title)."""
    sides = [one if isinstance(one, tuple) else (one,) for one in (before, after)]
    return difference(*(values(*side) for side in sides))


def told(changes):
    """(text before, text after) of each change."""
    return [(one.before and one.before.text, one.after and one.after.text) for one in changes]


HEAD = "The ferry from the islands struck the quay in thick fog on Monday morning."
TAIL = "Divers will look at the hull before the ship may sail again, the port said."


def framed(*middle):
    return "\n\n".join((HEAD, *middle, TAIL))


def test_a_changed_number_is_told_with_what_it_counts():
    """The number of the same people went from twelve to fourteen; the sentence tells where."""
    found = differing(
        framed("At least 12 people were hurt."), framed("At least 14 people were hurt.")
    )
    assert told(found.numbers) == [("12 people", "14 people")]
    assert found.summary == "1 number changed; 1 passage changed"
    (passage,) = found.passages
    assert passage.before.text == "At least 12 people were hurt."
    ((edit),) = passage.edits
    body = framed("At least 12 people were hurt.")
    assert body[slice(*edit.before)] == "12"
    assert framed("At least 14 people were hurt.")[slice(*edit.after)] == "14"


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ("Prices rose 5 percent.", "Prices rose 2.5 percent.", [("5 percent", "2.5 percent")]),
        ("Prices rose 5%.", "Prices rose 7.5%.", [("5%", "7.5%")]),
        ("It costs $5.", "It costs $5.50.", [("$5", "$5.50")]),
        ("It has 1,500 staff.", "It has 500 staff.", [("1,500 staff", "500 staff")]),
        (
            "Boats of 5 owners and 3 ports.",
            "Boats of 3 owners and 2 ports.",
            [("5 owners", "3 owners"), ("3 ports", "2 ports")],
        ),
        ("It was -5 degrees.", "It was 5 degrees.", [("-5 degrees", "5 degrees")]),
        ("It lost -$5.", "It lost $5.", [("-$5", "$5")]),
        ("It took 3-5 days.", "It took 3\u20135 days.", []),
    ],
)
def test_numbers_change_as_a_whole(before, after, numbers):
    """One that is part of another, that stands elsewhere too, or that lost its sign has changed."""
    found = differing(framed(before), framed(after))
    assert sorted(told(found.numbers), key=str) == sorted(numbers, key=str)


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ("Twelve people died.", "Fourteen people died.", [("Twelve people", "Fourteen people")]),
        ("Twelve people died.", "12 people died.", []),
        ("About twelve were hurt.", "Fourteen were hurt.", [("twelve were", "Fourteen were")]),
        ("Zwölf Boote sanken.", "Vierzehn Boote sanken.", [("Zwölf", "Vierzehn")]),
        ("Es sind zweiundvierzig.", "Es sind 43.", [("zweiundvierzig", "43")]),
        ("Il y a quatre-vingt-dix ports.", "Il y a 90 ports.", []),
        (
            "Il y a dix-sept ports dans les îles.",
            "Il y a 18 ports dans les îles.",
            [("dix-sept ports", "18 ports")],
        ),
        ("Son treinta y dos barcos.", "Son 32 barcos.", []),
        (
            "Aquí son dos mil barcos hoy.",
            "Aquí son 3000 barcos hoy.",
            [("dos mil barcos", "3000 barcos")],
        ),
        ("Sono ventuno navi.", "Sono 21 navi.", []),
        (
            "Eles são vinte e três navios hoje.",
            "Eles são 24 navios hoje.",
            [("vinte e três navios", "24 navios")],
        ),
        ("Er zijn drieëntwintig boten.", "Er zijn 23 boten.", []),
        ("Пропали двадцать два судна.", "Пропали 22 судна.", []),
        ("Two hundred boats sank.", "300 boats sank.", [("Two hundred boats", "300 boats")]),
        ("Two million boats sank.", "2 million boats sank.", []),
        ("船上有十二人受伤。", "船上有十四人受伤。", [("十二", "十四")]),
        ("船上有二百三十人。", "船上有230人。", []),
        ("万一十分危险。", "万一很危险。", []),
        ("It rained, and hundreds came one by one.", "It rained, and they came at once.", []),
    ],
)
def test_numbers_in_words_are_read(before, after, numbers):
    """In nine languages, where they count something; the same number in figures is no change."""
    found = differing(framed(before), framed(after))
    assert sorted(told(found.numbers), key=str) == sorted(numbers, key=str)


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        (
            "Its master is Sean O'Brien.",
            "Its master is Sean O'Bryan.",
            [("Sean O'Brien", "Sean O'Bryan")],
        ),
        ("It flew the U.S. flag, Olsen's.", "It flew the U.K. flag, Olsen's.", [("U.S", "U.K")]),
    ],
)
def test_names_with_single_letters_are_names(before, after, names):
    """An apostrophe or full stops between letters part no name."""
    assert told(differing(framed(before), framed(after)).names) == names


@pytest.mark.parametrize(
    ("before", "after", "quotes"),
    [
        (
            "She said: 'We will not pay for it.'",
            "She said: 'We will never pay for that.'",
            [("We will not pay for it", "We will never pay for that")],
        ),
        (
            "He called it 'the owners' last and only chance', they said.",
            "They said it.",
            [("the owners' last and only chance", None)],
        ),
        (
            "It is the owners' boat and the crew's pay.",
            "It is the owners' ship and the crew's pay.",
            [],
        ),
    ],
)
def test_single_marks_quote_too(before, after, quotes):
    """Straight single marks hold a quotation; apostrophes do not."""
    assert told(differing(framed(before), framed(after)).quotes) == quotes


@pytest.mark.parametrize(
    ("before", "after", "numbers"),
    [
        ("Twelve were hurt.", "12 were hurt.", []),
        ("It cost $3.5 million.", "It cost $4 million.", [("$3.5 million", "$4 million")]),
        ("It left at 10:15.", "It left at 10:40.", [("10:15", "10:40")]),
        ("It opens on May 3.", "It opens on May 4.", [("May 3", "May 4")]),
        ("Prices rose 5 %.", "Prices rose 6 %.", [("5 %", "6 %")]),
        ("Прибыло 12 машин.", "Прибыло 14 машин.", [("12 машин", "14 машин")]),
        ("船上有12人受伤。", "船上有14人受伤。", [("12", "14")]),
        (
            "It carried 80 cars.",
            "It carried cars and 7 dogs.",
            [("80 cars", None), (None, "7 dogs")],
        ),
        ("It left two hours late.", "It left six hours late.", [("two hours", "six hours")]),
        ("Two of them were hurt.", "Three of them were hurt.", [("Two", "Three")]),
        ("It was one of a kind.", "It was one of two or three, as in World War Two.", []),
    ],
)
def test_numbers_are_told_as_they_are_written(before, after, numbers):
    """With currency, percent, month or clock; the same number in words is no change."""
    found = differing(framed(before), framed(after))
    assert sorted(told(found.numbers), key=str) == sorted(numbers, key=str)


def test_a_number_that_stands_elsewhere_has_not_come():
    """What both texts say is no news, wherever it stands."""
    found = differing(
        framed("The ship carried 80 cars.", "A second one was near."),
        framed("A second ship was near, and 80 cars were on deck."),
    )
    assert found.numbers == ()


def test_names_that_came_and_went_are_told_once():
    """Names in new passages, whole; not those whose words the other text has already."""
    found = differing(
        framed("The captain was Anna Berg, said the port. Then Olsen took over."),
        framed(
            "The captain was Mara Lindt, said the port. Then Olsen took over.",
            "Mara Lindt had served with Olsen and with Harbour Rescue for years.",
        ),
    )
    assert told(found.names) == [("Anna Berg", "Mara Lindt"), (None, "Harbour Rescue")]


def test_codes_of_shares_and_days_are_no_names():
    """What a share is listed as, "HLNS.N", and the day of the week say nothing of who is meant."""
    found = differing(
        framed("Shares of Harbour Lines fell."),
        framed("Shares of Harbour Lines HLNS.N fell Tuesday."),
    )
    assert found.names == ()


def test_a_name_ends_with_its_sentence():
    """An acronym may close a sentence, a title does not."""
    found = differing(framed(), framed("It sailed at noon, said HPA. Sen. Anna Berg was not told."))
    assert told(found.names) == [(None, "HPA"), (None, "Sen. Anna Berg")]


def test_quotations_are_told_when_their_words_are_new():
    """A quotation that came, one that changed; one that lost its marks or moved is none."""
    stays = '"The light was out all night long," the pilot said.'
    found = differing(
        framed(stays, '"We could not see the quay," said the captain.'),
        framed(
            '"We could hardly see the quay at all," said the captain.',
            '"I heard the horn twice and then nothing," a guest said.',
            stays,
        ),
    )
    assert told(found.quotes) == [
        ("We could not see the quay", "We could hardly see the quay at all"),
        (None, "I heard the horn twice and then nothing"),
    ]
    unmarked = framed("The light was out all night long, the pilot said.")
    assert differing(framed(stays), unmarked).quotes == ()


def test_passages_come_and_go_whole():
    """Sentences that follow each other in a paragraph are one passage, with their marks."""
    new = '"It was dark," she said. Nobody answered the radio for an hour!'
    found = differing(framed(), framed(new, "The port stays open."))
    assert told(found.passages) == [(None, new), (None, "The port stays open.")]
    assert told(differing(framed(new), framed()).passages) == [(new, None)]


def test_what_moved_is_counted_and_not_told():
    """Paragraphs in another order are no change; how many sentences moved is in the summary."""
    one, two, three = "A tug was sent out.", "The crew is safe.", "Fog stays until noon."
    found = differing(framed(one, two, three), framed(three, one, two))
    assert (found.passages, found.moved, found.summary) == ((), 1, "1 sentence moved")


def test_a_sentence_cut_in_two_is_one_change():
    """Both halves stand against the sentence that they were; equal words are no change at all."""
    whole = framed(
        "The crew was taken off by a tug and the guests were brought to the school hall."
    )
    cut = framed("The crew was taken off by a tug. The guests were brought to the school hall.")
    ((before, after),) = told(differing(whole, cut).passages)
    assert before == whole.split("\n\n")[1]
    assert after == cut.split("\n\n")[1]
    parted = framed(
        "The crew was taken off by a tug; and the guests were brought to the school hall."
    )
    assert differing(whole, parted).summary == "no words changed"


def test_wrapped_lines_are_no_change():
    """The same text broken into lines elsewhere differs in nothing."""
    long = (
        "The ship had left the islands at dawn with cars and guests on board and was to reach port"
    )
    broken = long.replace(" with cars", "\nwith cars").replace(" and was", "\nand was")
    assert differing(framed(long + "."), framed(broken + ".")).passages == ()


def test_what_an_outlet_says_of_itself_is_no_fact():
    """Names in a sign-off are in the passage that changed, and not among the names."""
    before, after = (
        values(framed("(Editing by Anna Berg)")),
        values(framed("(Editing by Ida Holm)")),
    )
    for side in (before, after):
        start = side[1].plain.index("(Editing")
        quiet = ((start, side[1].plain.index(")") + 1),)
        side[1] = dataclasses.replace(side[1], quiet=quiet)
    found = difference(before, after)
    assert found.names == ()
    assert told(found.passages) == [("(Editing by Anna Berg)", "(Editing by Ida Holm)")]


def test_the_headline_is_told_apart():
    """A new headline is no passage; its numbers and names count as those of the text."""
    found = differing((HEAD, "Ferry strikes quay, 12 hurt"), (HEAD, "Ferry strikes quay, 14 hurt"))
    assert (found.headline.before.text, found.headline.after.text) == (
        "Ferry strikes quay, 12 hurt",
        "Ferry strikes quay, 14 hurt",
    )
    assert told(found.numbers) == [("12 hurt", "14 hurt")]
    assert (found.headline.before.field, found.passages) == ("title", ())
    gone = differing((HEAD, "Ferry"), (HEAD, ""))
    assert (gone.headline.before.text, gone.headline.after) == ("Ferry", None)


def test_places_are_those_of_what_was_posted():
    """In HTML a passage is the stretch of the posted value, its markup inside it."""
    before, after = f"<p>{HEAD}</p>", f"<p>{HEAD}</p><p>The <b>port</b> is closed &amp; dark.</p>"
    ((_, part),) = told(differing(before, after).passages)
    assert part == "The <b>port</b> is closed &amp; dark."


def test_what_is_left_out_is_not_compared():
    """A stretch of the text that the caller blanks out came from nowhere and goes nowhere."""
    before, after = values(framed()), values(f"Share this\n\n{framed()}")
    blank = after[1].plain.replace("Share this", "\n" * 10)
    after[1] = Value(field="body", posted=after[1].posted, plain=blank, spans=after[1].spans)
    assert difference(before, after).summary == "no words changed"


def test_the_summary_counts_what_changed():
    """One line: changed, came, went, of each kind."""
    found = differing(
        (framed("It carried 80 cars.", "Anna Berg was on board."), "Ferry"),
        (framed("It carried 90 cars.", "The port is closed. It has 3 quays."), "Ferry hits quay"),
    )
    assert found.summary == (
        "headline changed; 1 number changed, 1 came; 1 name went; 1 passage changed, 1 came, 1 went"
    )


@pytest.mark.parametrize(
    "text",
    [
        "one two " * 60_000,
        "a. " * 40_000,
        "x\n" * 40_000,
        "“" * 20_000 + "word " * 20_000,
        "船" * 60_000,
        " ".join(str(k % 977) for k in range(50_000)),
        "".join(f'"The boat {k} left the quay." ' for k in range(6_000)),
    ],
)
def test_long_and_odd_texts_take_little_time(text):
    """Texts that repeat themselves a hundred thousand times are compared in seconds."""
    start = time.process_time()
    differing(text, text[: len(text) // 2] + " other end " + text[len(text) // 2 :])
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    "sentence",
    [
        "The boat left port {} with {} people. ",
        '"Boat {} is at quay {}," he said. ',
        "渡轮{}周一撞上码头{}人受伤。",
    ],
)
def test_work_grows_with_the_length_of_the_texts(sentence):
    """Of thousands of sentences that all changed the likest are told, and the rest as a whole."""
    before, after = (
        "".join(sentence.format(k, k * step) for k in range(6_000)) for step in (7, 11)
    )
    start = time.process_time()
    found = differing(before, after)
    assert time.process_time() - start < 6
    changed = [one for one in found.passages if one.kind is ChangeKind.CHANGED]
    assert len(changed) == MOST


def test_long_passages_are_compared_between_the_words_they_share():
    """A passage of thousands of words is not told as a whole where few of them differ."""
    words = [f"w{k}x" for k in range(5_000)]
    other = [*words[:1_000], "tug", *words[1_000:4_000], *words[4_100:]]
    other[3_000] = "barge"
    (passage,) = differing(" ".join(words), " ".join(other)).passages
    body = " ".join(other)
    assert [body[slice(*one.after)] for one in passage.edits] == ["tug", "barge", ""]
