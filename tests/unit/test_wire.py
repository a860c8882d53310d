"""What titles and texts say of their version, by the conventions of the agencies."""

from __future__ import annotations

import pytest

from api.shipped import article_reader
from dedupe.model import Article, Reading
from dedupe.version import Role, Version, VersionKind
from dedupe.wire import role_of

STORY = (
    "A ferry with 42 people aboard ran aground in the outer harbour on Monday, the harbour master "
    "said. All passengers were brought ashore by noon, and divers will look at the hull on Tuesday."
)
SECOND = (
    "The owner of the ship, which sails between the islands twice a day, said that it would be back "
    "in service within a week, and that nobody had been hurt when it struck the sandbank."
)
HEADLINE = "Ferry with 42 aboard runs aground in harbour"


def version(title: str = HEADLINE, body: str = f"{STORY}\n\n{SECOND}", **fields: object) -> Version:
    return article_reader().version(Article(title=title, body=body, source="Outlet", **fields))  # type: ignore[arg-type]


def notes(told: Version) -> list[str]:
    return [note.text for note in told.notes]


def reading(title: str, body: str) -> Reading:
    (read,) = article_reader().read([Article(title=title, body=body, source="Outlet")])
    assert isinstance(read, Reading)
    return read


@pytest.mark.parametrize(
    ("prefix", "kind", "number"),
    [
        ("ALERT - ", VersionKind.ALERT, None),
        ("NEWSBREAK-", VersionKind.NEWSBREAK, None),
        ("URGENT-", VersionKind.NEWSBREAK, None),
        ("URGENT: ", VersionKind.NEWSBREAK, None),
        ("UPDATE 1-", VersionKind.UPDATE, 1),
        ("UPDATE 12-", VersionKind.UPDATE, 12),
        ("2ND UPDATE: ", VersionKind.UPDATE, 2),
        ("WRAPUP 3-", VersionKind.WRAPUP, 3),
        ("WRAP-UP 1-", VersionKind.WRAPUP, 1),
        ("ROUNDUP 2: ", VersionKind.WRAPUP, 2),
        ("CORRECTED-", VersionKind.CORRECTED, None),
        ("CORRECTED - ", VersionKind.CORRECTED, None),
        ("CORRECTED (OFFICIAL)-", VersionKind.CORRECTED, None),
        ("CORRECTED-(OFFICIAL)-", VersionKind.CORRECTED, None),
        ("1st LD-Writethru: ", VersionKind.UPDATE, 1),
        ("Update 2: ", VersionKind.UPDATE, 2),
        ("Corrected: ", VersionKind.CORRECTED, None),
        ("CORRECTION: ", VersionKind.CORRECTED, None),
        ("CORRECTED-UPDATE 2-", VersionKind.CORRECTED, 2),
        ("UPDATE 1-CORRECTED-", VersionKind.CORRECTED, 1),
        ("REFILE-UPDATE 4-", VersionKind.REFILE, 4),
        ("REFILE-", VersionKind.REFILE, None),
        ("RPT-UPDATE 3-", VersionKind.REPEAT, 3),
        ("REPEAT-", VersionKind.REPEAT, None),
        ("STORY WITHDRAWN-", VersionKind.KILL, None),
        ("1ST LEAD ", VersionKind.ORIGINAL, None),
        ("2ND LEAD: ", VersionKind.UPDATE, 2),
        ("(2nd LD) ", VersionKind.UPDATE, 2),
        ("(LEAD) ", VersionKind.UPDATE, None),
        ("+++ EIL +++ ", VersionKind.ALERT, None),
        ("Korrektur: ", VersionKind.CORRECTED, None),
        ("BERICHTIGUNG - ", VersionKind.CORRECTED, None),
        ("RECTIFICATIF - ", VersionKind.CORRECTED, None),
        ("ALERTE - ", VersionKind.ALERT, None),
        ("ACTUALISATION - ", VersionKind.UPDATE, None),
        ("AMPLIACIÓN: ", VersionKind.UPDATE, None),
        ("AMP.- ", VersionKind.UPDATE, None),
        ("RETTIFICA: ", VersionKind.CORRECTED, None),
        ("+++ RPT +++ ", VersionKind.REPEAT, None),
        ("СРОЧНО: ", VersionKind.NEWSBREAK, None),
        ("МОЛНИЯ: ", VersionKind.NEWSBREAK, None),
        ("УТОЧНЕНИЕ: ", VersionKind.CORRECTED, None),
        ("【訂正】", VersionKind.CORRECTED, None),
        ("更正：", VersionKind.CORRECTED, None),
        ("[속보] ", VersionKind.NEWSBREAK, None),
        ("عاجل: ", VersionKind.NEWSBREAK, None),
        ("SUBSTITUTE: ", VersionKind.CORRECTED, None),
        ("FACTBOX-", VersionKind.ORIGINAL, None),
        ("TIMELINE-", VersionKind.ORIGINAL, None),
        ("", VersionKind.ORIGINAL, None),
    ],
)
def test_a_prefix_tells_the_version(prefix: str, kind: VersionKind, number: int | None) -> None:
    """Kind and number come from the prefix; of several the one that amends tells the kind."""
    told = version(prefix + HEADLINE)
    assert (told.kind, told.number) == (kind, number)


@pytest.mark.parametrize(
    ("end", "kind", "number"),
    [
        (" (Update 2)", VersionKind.UPDATE, 2),
        (" (Update1)", VersionKind.UPDATE, 1),
        (" [UPDATED]", VersionKind.UPDATE, None),
        (" (aktualisiert)", VersionKind.UPDATE, None),
        (" (Correct)", VersionKind.CORRECTED, None),
        (" (CORRECTED)", VersionKind.CORRECTED, None),
        (" (2nd Ld-Writethru)", VersionKind.UPDATE, 2),
        (" (video)", VersionKind.ORIGINAL, None),
    ],
)
def test_a_bracket_at_the_end_tells_the_version(
    end: str, kind: VersionKind, number: int | None
) -> None:
    """Some desks write it behind the headline."""
    told = version(HEADLINE + end)
    assert (told.kind, told.number) == (kind, number)
    assert told.chain == version().chain or not told.notes


@pytest.mark.parametrize(
    "line", ["Updated at 5:10 a.m. ET", "Updated June 17, 2020", "Update 4:45 p.m.: It floats."]
)
def test_a_time_is_no_number(line: str) -> None:
    """The hour of an update does not count its versions."""
    assert version(body=f"{STORY}\n\n{SECOND}\n\n{line}").number is None


@pytest.mark.parametrize(
    "prefix", ["UPDATE 2-", "CORRECTED-UPDATE 2-", "NEWSBREAK-", "RPT-", "REFILE-", "(2nd LD) "]
)
def test_the_prefix_is_no_part_of_the_headline(prefix: str) -> None:
    """What is embedded and compared is the headline without it; the note keeps it, in place."""
    plain, prefixed = reading(HEADLINE, STORY), reading(prefix + HEADLINE, STORY)
    assert prefixed.lede == plain.lede
    assert prefixed.profile.terms.title.tolist() == plain.profile.terms.title.tolist()
    assert prefixed.words.title.tolist() == plain.words.title.tolist()
    assert prefixed.version.chain == plain.version.chain
    assert "".join(notes(prefixed.version)) == prefix.rstrip()


@pytest.mark.parametrize(
    "title",
    [
        "UPDATE on the ferry is due on Friday",
        "Alert system tested along the coast after storm",
        "LEAD-FREE PETROL FROM MONDAY, MINISTER SAYS",
        "CORRECTED VISION WINS PILOT HER LICENCE",
        "Corrections officers end their strike",
        "Breaking the news gently is an art",
        "Repeat offenders face longer terms",
        "Killing of wolves is legal again",
        "Advisory board backs merger of ports",
        "Hold the line, minister tells farmers",
    ],
)
def test_a_headline_that_only_begins_like_one_is_left_alone(title: str) -> None:
    """Words that are the headline's own are no note."""
    told = version(title)
    assert (told.kind, told.notes) == (VersionKind.ORIGINAL, ())


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("(Adds comment from harbour master in paragraph 3)", VersionKind.UPDATE),
        ("(Recasts, adds details)", VersionKind.UPDATE),
        ("(Updates with divers' report)", VersionKind.UPDATE),
        ("* Adds quote from owner", VersionKind.UPDATE),
        ("(Corrects paragraph 2 to read 42 people, not 24)", VersionKind.CORRECTED),
        ("Corrects paragraph 2 to read 42 people, not 24", VersionKind.CORRECTED),
        ("(In March 3 story, corrects name of the master in paragraph 2)", VersionKind.CORRECTED),
        ("(Refiles to add dropped word in first paragraph)", VersionKind.REFILE),
        ("(Repeats to additional subscribers)", VersionKind.REPEAT),
        ("(Removes reference to the owner in paragraph 4)", VersionKind.CORRECTED),
        ("Eds: UPDATES: Adds comment. With AP Photos.", VersionKind.ORIGINAL),
        ("(Neu: Zahl der Verletzten)", VersionKind.UPDATE),
        ("(Berichtigung: Zahl der Passagiere)", VersionKind.CORRECTED),
        ("(Actualiza con declaraciones del capitán)", VersionKind.UPDATE),
        ("(Corrige el nombre del capitán)", VersionKind.CORRECTED),
        ("(Corrige le nom du capitaine)", VersionKind.CORRECTED),
        ("(Corregge il nome del capitano)", VersionKind.CORRECTED),
        ("(добавлены слова капитана)", VersionKind.UPDATE),
        ("(исправлено имя капитана)", VersionKind.CORRECTED),
        ("REFILE", VersionKind.REFILE),
        ("1ST LEAD", VersionKind.UPDATE),
        ("[Updated at 9:30 p.m. ET]", VersionKind.UPDATE),
        ("This story has been corrected to fix the number of people.", VersionKind.CORRECTED),
        ("Editor's note: This article has been updated with new details.", VersionKind.UPDATE),
    ],
)
def test_a_line_at_the_head_is_a_note(note: str, kind: VersionKind) -> None:
    """A trash line is kept as a note, and no part of the text that is compared."""
    body = f"{note}\n\n{STORY}\n\n{SECOND}"
    with_note, without = reading(HEADLINE, body), reading(HEADLINE, f"{STORY}\n\n{SECOND}")
    assert with_note.version.kind is kind
    assert notes(with_note.version) == [note]
    assert with_note.words.hashes.tolist() == without.words.hashes.tolist()
    assert with_note.profile.text_hash == without.profile.text_hash
    assert with_note.lede == without.lede
    assert with_note.profile.terms.words.tolist() == without.profile.terms.words.tolist()


@pytest.mark.parametrize(
    ("note", "kind"),
    [
        ("(This story corrects the number of people in paragraph 1)", VersionKind.CORRECTED),
        ("This story has been updated with comment from the owner.", VersionKind.UPDATE),
        ("Correction: The ferry carried 42 people, not 24.", VersionKind.CORRECTED),
        ("An earlier version of this article misstated the number.", VersionKind.CORRECTED),
        ("--This report was updated at 2:19 p.m.", VersionKind.UPDATE),
        ("Updated at 5:10 a.m. ET Thursday", VersionKind.UPDATE),
        ("In einer früheren Version dieses Artikels war die Zahl falsch.", VersionKind.CORRECTED),
        ("Cet article a été modifié pour corriger le nombre.", VersionKind.CORRECTED),
        ("Este artículo ha sido actualizado con declaraciones.", VersionKind.CORRECTED),
        ("Questo articolo è stato corretto per precisare il numero.", VersionKind.CORRECTED),
        ("Este texto foi atualizado com a resposta.", VersionKind.CORRECTED),
        ("In een eerdere versie van dit bericht stond een fout.", VersionKind.CORRECTED),
        ("Rättelse: Antalet var 42.", VersionKind.CORRECTED),
        ("Sprostowanie: na pokładzie było 42 ludzi.", VersionKind.CORRECTED),
        ("Уточнение: на борту было 42 человека.", VersionKind.CORRECTED),
        ("Düzeltme: Gemide 42 kişi vardı.", VersionKind.CORRECTED),
        ("تصحيح: كان على متنها 42 شخصا.", VersionKind.CORRECTED),
        ("更正：船上共有42人。", VersionKind.CORRECTED),
    ],
)
def test_a_correction_at_the_end_is_a_note(note: str, kind: VersionKind) -> None:
    """Outlets tell of changes below their articles; the words of it are not compared."""
    with_note = reading(HEADLINE, f"{STORY}\n\n{SECOND}\n\n{note}")
    assert with_note.version.kind is kind
    assert notes(with_note.version) == [note]
    assert (
        with_note.profile.text_hash == reading(HEADLINE, f"{STORY}\n\n{SECOND}").profile.text_hash
    )


def test_an_update_label_alone_is_the_note() -> None:
    """What follows "UPDATE:" is the article's own."""
    told = version(body=f"{STORY}\n\nUPDATE: The owner has since replied that the hull is sound.")
    assert notes(told) == ["UPDATE:"]


def test_a_wrapped_note_ends_where_the_story_begins() -> None:
    """A note that the sender has wrapped goes on; the dateline behind it does not belong to it."""
    note = "Corrects final paragraph to make clear that the ship was moved to\nthe inner harbour, not from it"
    told = version(body=f"{note}\n OSLO (Outlet) - {STORY}")
    assert notes(told) == [note]


def test_a_note_within_a_paragraph_is_found_at_the_end() -> None:
    """A bracket or sentence about the article may close a paragraph of its own text."""
    bracket = "(This story was corrected in paragraph 1 to show that 42 were aboard, not 24)"
    assert notes(version(body=f"{STORY} {SECOND} {bracket}")) == [bracket]
    sentence = "An earlier version of this article gave another number."
    assert notes(version(body=f"{STORY} {SECOND} {sentence}")) == [sentence]


@pytest.mark.parametrize(
    "line",
    [
        "The story of the sandbank was told by the master to a full hall in the old town.",
        "An earlier version of the harbour bill failed in the council in May.",
        "Changes to harbour dues take effect in May, the council said on Monday.",
        "The new charts add up: how the port pays its way is no longer a riddle.",
        "(The ferry, built in 1998, was named after the founder of the town.)",
    ],
)
def test_prose_is_no_note(line: str) -> None:
    """Sentences that only resemble notes stay part of the text."""
    for body in (f"{line}\n\n{STORY}\n\n{SECOND}", f"{STORY}\n\n{SECOND}\n\n{line}"):
        assert version(body=body).notes == ()


def test_a_slug_in_the_text_tells_lead_and_chain() -> None:
    """The keyword of an AP slug repeats on all later leads: it is the chain."""
    first = version("", f"BC-EU--Ferry Aground,310\n{STORY}")
    later = version("", f"BC-EU--Ferry Aground, 2nd Ld-Writethru,410\nEds: UPDATES.\n{SECOND}")
    assert first.chain == later.chain == "slug:eu ferry aground"
    assert (first.kind, later.kind, later.number) == (VersionKind.ORIGINAL, VersionKind.UPDATE, 2)
    assert len(later.notes) == 2


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("KILL KILL KILL", "Please do not use the story on the ferry (dpa 0123)."),
        ("", "KILL KILL KILL\nPlease do not use the story on the ferry."),
        ("STORY WITHDRAWN-Ferry with 42 aboard runs aground", "The story has been withdrawn."),
        ("Advisory: ferry", "The story Ferry with 42 aboard runs aground has been withdrawn."),
        ("Ferry", "MANDATORY KILL\nMembers are asked to kill the story."),
        ("ANULACIÓN", "Rogamos anulen la noticia sobre el transbordador."),
        ("Ferry", "ANNULATION\nVeuillez ne pas utiliser la dépêche sur le ferry."),
        ("ANNULLA", "La notizia sul traghetto va annullata."),
    ],
)
def test_a_kill_is_a_notice(title: str, body: str) -> None:
    """A kill is no article; in text it has the kind, the status stays that of the message."""
    told = version(title, body)
    assert told.kind is VersionKind.KILL
    assert role_of(told.kind) is Role.NOTICE


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("HOLD HOLD HOLD", VersionKind.HOLD),
        ("HOLD LIFTED", VersionKind.RELEASE),
        ("SPERRE AUFGEHOBEN", VersionKind.RELEASE),
        ("ADVISORY-Coverage of the regatta ends at 1800 GMT", VersionKind.ADVISORY),
        ("AP Washington Daybook for Monday", VersionKind.ADVISORY),
    ],
)
def test_holds_and_advisories_are_notices(title: str, kind: VersionKind) -> None:
    """A message to editors is no article."""
    told = version(title, "A message to editors about the coverage of the ferry.")
    assert told.kind is kind
    assert role_of(told.kind) is Role.NOTICE


def test_a_long_article_is_not_killed_by_a_quotation() -> None:
    """Of a text of more words than a message has a line like a kill is its own."""
    body = "MANDATORY KILL\n\n" + " ".join([STORY, SECOND] * 10)
    assert version(body=body).kind is VersionKind.ORIGINAL


def test_a_kill_names_its_targets() -> None:
    """Identifiers, slugs and headlines in a notice are what it withdraws."""
    told = version(
        "KILL KILL KILL",
        'Withdraw "Ferry with 42 aboard runs aground in harbour" (dpa 0123), BC-EU--Ferry Aground, '
        "and urn:newsml:agency.example:20240304:ferry-1.",
    )
    assert set(told.targets) >= {
        "headline:ferry with 42 aboard runs aground in harbour",
        "dpa 0123",
        "slug:eu ferry aground",
        "urn:newsml:agency.example:20240304:ferry-1",
    }


def test_a_withdrawn_headline_keeps_its_chain() -> None:
    """The chain of "STORY WITHDRAWN-headline" is that of the story it withdraws."""
    withdrawn = version(f"STORY WITHDRAWN-{HEADLINE}", "The story has been withdrawn.")
    assert withdrawn.chain == version().chain == version(f"UPDATE 2-{HEADLINE}").chain


def test_a_text_of_notes_alone_is_read_all_the_same() -> None:
    """Stripping never takes the last word of a title or body."""
    read = reading("KILL KILL KILL", "KILL KILL KILL")
    assert len(read.words.hashes) == 3
    assert read.lede.startswith("KILL KILL KILL")


def test_a_repeated_headline_loses_its_prefix_too() -> None:
    """A body that begins with the headline as it was filed is compared without the prefix."""
    plain = reading(HEADLINE, f"{HEADLINE}\n\n{STORY}")
    filed = reading(f"UPDATE 2-{HEADLINE}", f"UPDATE 2-{HEADLINE}\n\n{STORY}")
    assert filed.profile.text_hash == plain.profile.text_hash
    assert filed.lede == plain.lede


def test_notes_in_markup_are_found_in_place() -> None:
    """Spans count in the value as it was posted."""
    body = f"<p>(Adds comment from owner&#39;s office)</p><p>{STORY}</p>"
    (note,) = version(body=body).notes
    assert body[note.span.start : note.span.end] == "(Adds comment from owner&#39;s office)"


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("(Zusammenfassung 1415) Fähre läuft im Hafen auf Grund", "", VersionKind.UPDATE),
        ("Fähre läuft im Hafen auf Grund", "(Zusammenfassung 1415)\n", VersionKind.UPDATE),
        ("Fähre läuft im Hafen auf Grund", "(durchgehend neu)\n", VersionKind.UPDATE),
        ("Ferry runs aground in harbour", "(Writes through)\n", VersionKind.UPDATE),
        ("Ferry runs aground in harbour", "(New throughout)\n", VersionKind.UPDATE),
        ("WDH: Fähre läuft im Hafen auf Grund", "", VersionKind.REPEAT),
        ("KORR: Fähre läuft im Hafen auf Grund", "", VersionKind.CORRECTED),
        ("Meldung zurückgezogen: Fähre läuft auf Grund", "", VersionKind.KILL),
        ("ANULACION: Encalla un transbordador en el puerto", "", VersionKind.KILL),
        ("ANULACION DE MATRICULAS EN EL PUERTO", "", VersionKind.ORIGINAL),
    ],
)
def test_short_forms_of_agencies_are_read(title: str, body: str, kind: VersionKind) -> None:
    """What desks write for short tells as much as the full words, and no hour is a number."""
    told = version(title, body + STORY)
    assert (told.kind, told.number) == (kind, None)
