"""Credits as outlets in the languages of Europe and Latin America word them."""

from __future__ import annotations

from functools import partial

import pytest

from dedupe.provenance import Found, origin_of
from tests import credits

SENTENCES = {
    "de": "Der Damm über der Stadt wurde zum {} Mal geprüft und für sicher genug befunden.",
    "fr": "Le barrage au-dessus de la ville a été vu une {} fois et jugé assez sûr.",
    "es": "El dique sobre la ciudad fue visto por {} vez y hallado bastante seguro.",
    "pt": "A represa acima da cidade foi vista pela {} vez e achada bastante segura.",
    "it": "La diga sopra la città è stata vista per la {} volta e trovata abbastanza sicura.",
    "pl": "Tama nad miastem została obejrzana po raz {} i uznana za dość pewną.",
    "nl": "De dam boven de stad werd voor de {} keer bekeken en veilig genoeg bevonden.",
    "sv": "Dammen ovanför staden sågs för {} gången och befanns säker nog.",
    "no": "Dammen over byen ble sett for {} gang og funnet trygg nok.",
    "da": "Dæmningen over byen blev set for {} gang og fundet sikker nok.",
    "fi": "Pato kaupungin yllä katsottiin {} kerran ja todettiin riittävän vakaaksi.",
    "cs": "Hráz nad městem byla prohlédnuta po {} a shledána dost pevnou.",
    "sk": "Hrádza nad mestom bola prezretá po {} a uznaná za dosť pevnú.",
    "hu": "A város feletti gátat megnézték {} alkalommal és elég erősnek találták.",
    "ro": "Digul de deasupra orașului a fost văzut a {} oară și găsit destul de sigur.",
    "el": "Το φράγμα πάνω από την πόλη ελέγχθηκε για {} φορά και βρέθηκε αρκετά ασφαλές.",
    "ca": "El dic sobre la ciutat va ser vist per {} vegada i trobat prou segur.",
}
"""One self-written sentence per language; with ever other numbers it makes a story."""


def story(lang: str) -> list[str]:
    """Seven paragraphs without any credit, longer than head and tail together."""
    sentence = SENTENCES[lang]
    return [" ".join(sentence.format(f"{3 * k + n}.") for n in (1, 2, 3, 4)) for k in range(7)]


read = partial(credits.read, outlet="Musterblatt")


def told(found: tuple[Found, ...]) -> str:
    return "; ".join(sorted({f"{one.kind.value} {one.source}" for one in found}))


HEADS = {
    "de": (
        ("Musterstadt (dpa) - ", "republication dpa"),
        ("Musterstadt (dpa/lnw) – ", "republication dpa"),
        ("Musterstadt/Wien (APA) – ", "republication APA"),
        ("Musterstadt (epd). ", "republication epd"),
        ("Bonn (KNA) ", "republication KNA"),
        ("MUSTERSTADT dpa | ", "republication dpa"),
        ("(dpa) - ", "republication dpa"),
        ("Von dpa\n3. März 2021\n", "republication dpa"),
        ("Von AFP, dpa\n", "republication Agence France-Presse; republication dpa"),
        ("Autor: dpa\n", "republication dpa"),
        ("Musterstadt (ots) - ", "press_release news aktuell"),
        ("Wien (OTS) - ", "press_release APA-OTS"),
        ("Foto: Jens Muster/dpa\n", "photo dpa"),
        ("Ein Arbeiter am Damm. © dpa\n", "photo dpa"),
        ("© Jens Muster/dpa\n", "photo dpa"),
        ("Der Damm am Morgen (Symbolbild). © imago images/Muster\n", "photo imago"),
        ("Ein Arbeiter am Damm. (Archivbild: Keystone)\n", "photo Keystone"),
        ("Stand: 3. März 2021, 10:15 Uhr\nQuelle: dpa\n", "republication dpa"),
        ("3. März 2021 | dpa\n", "republication dpa"),
        ("dpa | 3. März 2021\n", "republication dpa"),
        ("dpa, 03.03.2021 - 10:15 Uhr\n", "republication dpa"),
        ("Von Jens Muster, dpa\n", "republication dpa"),
        ("Jens Muster, dpa\n", "republication dpa"),
        ("Von dpa/jm\n", "republication dpa"),
        ("Quelle: dpa/Jens Muster/dpa\n", "photo dpa"),
        ("Ein Arbeiter am Damm. Foto: dpa\n", "photo dpa"),
        ("Ein Arbeiter am Damm. Bild: AFP\n", "photo Agence France-Presse"),
        ("Ein Arbeiter am Damm. (Foto: imago images/Muster)\n", "photo imago"),
        ("Damm. (Quelle: Jens Muster/dpa/dpa-tmn)\n", "photo dpa"),
        ("Damm. (Quelle: imago images)\n", "photo imago"),
        ("Ein Arbeiter am Damm. (dpa)\n", "photo dpa"),
        ("Ein Arbeiter am Damm, Archivfoto vom Mai. Copyright: dpa\n", "photo dpa"),
        ("Quelle: AFP/Jens Muster\n", "photo Agence France-Presse"),
        ("Ein Arbeiter am Damm\nQuelle: REUTERS\n", "photo Reuters"),
        ("Veröffentlicht am 03.03.2021 | Quelle: dpa\n", "republication dpa"),
        ("03.03.2021 | 10:15 Uhr | dpa\n", "republication dpa"),
        ("(Bild: Jens Muster/dpa)\n", "photo dpa"),
        ("Bildquelle: dpa\n", "photo dpa"),
        ("Symbolfoto: dpa\n", "photo dpa"),
        ("Berlin, 3.3.21 (epd). ", "republication epd"),
        ("Frankfurt a.M. (epd). ", "republication epd"),
        ("Brüssel/Berlin (Reuters) - ", "republication Reuters"),
        ("Berlin/Brüssel, 03. Mär (Reuters) - ", "republication Reuters"),
        ("Damm (dpa) – ", "republication dpa"),
        ("Zürich (awp) - ", "republication AWP"),
        ("(awp) ", "republication AWP"),
        ("Der Damm am Morgen. (AFP)\n", "photo Agence France-Presse"),
        ("Der Damm am Morgen. (KEYSTONE/Jens Muster)\n", "photo Keystone"),
        ("APA/JENS MUSTER\n", "photo APA"),
        ("Der Damm am Morgen. – Foto: APA/Jens Muster\n", "photo APA"),
        ("© APA/Jens Muster\n", "photo APA"),
        ("Bild: APA/HERBERT MUSTER\n", "photo APA"),
        ("(c) APA (Jens Muster)\n", "photo APA"),
    ),
    "fr": (
        ("Paris (AFP) - ", "republication Agence France-Presse"),
        ("PARIS, 3 mars (AFP) - ", "republication Agence France-Presse"),
        ("Bruxelles (Belga) – ", "republication Belga"),
        ("GENEVE (ats) - ", "republication Keystone-SDA"),
        ("Par AFP\n", "republication Agence France-Presse"),
        ("Par Agence France-Presse\n", "republication Agence France-Presse"),
        ("Par La Gazette avec AFP\n", "assisted Agence France-Presse"),
        ("La Gazette avec AFP\nPublié le 3 mars 2021\n", "assisted Agence France-Presse"),
        ("AFP, publié le mardi 3 mars 2021 à 10h12\n", "republication Agence France-Presse"),
        ("Publié par AFP\n", "republication Agence France-Presse"),
        ("Le barrage au matin. (Photo : Jean Exemple/AFP)\n", "photo Agence France-Presse"),
        ("Crédit photo : AFP\n", "photo Agence France-Presse"),
        ("© Jean Exemple / AFP\n", "photo Agence France-Presse"),
        ("20 Minutes avec AFP\nPublié le 03/03/2021 à 10h12\n", "assisted Agence France-Presse"),
        ("LEXPRESS.fr avec AFP\n", "assisted Agence France-Presse"),
        ("Par La Rédaction avec AFP\n", "assisted Agence France-Presse"),
        ("Le Monde avec AFP et Reuters\n", "assisted Agence France-Presse; assisted Reuters"),
        ("Agence Belga\n", "republication Belga"),
        ("Belga, le 03-03-2021\n", "republication Belga"),
        ("Le barrage au matin. AFP - Jean Exemple\n", "photo Agence France-Presse"),
        ("Le barrage au matin. © AFP\n", "photo Agence France-Presse"),
        ("Crédits : Jean Exemple / AFP\n", "photo Agence France-Presse"),
        ("Le barrage, le 3 mars. Jean EXEMPLE AFP/Archives\n", "photo Agence France-Presse"),
        ("(Belga) ", "republication Belga"),
        ("AFP\nPublié le 3 mars 2021 à 10:12\n", "republication Agence France-Presse"),
        ("Auteur : AFP\n", "republication Agence France-Presse"),
        ("Rédigé par AFP\n", "republication Agence France-Presse"),
        ("Par la rédaction avec Belga\n", "assisted Belga"),
        ("La rédaction avec Belga\n", "assisted Belga"),
        ("(ats) ", "republication Keystone-SDA"),
        ("Le barrage le 3 mars 2021 © AFP Jean EXEMPLE\n", "photo Agence France-Presse"),
        ("Le barrage ©Belga Image\n", "photo Belga"),
        ("Le barrage. (Jean Exemple/AFP)\n", "photo Agence France-Presse"),
        ("Le barrage au matin. - Jean Exemple - AFP\n", "photo Agence France-Presse"),
        ("Le barrage AFP/Jean Exemple\n", "photo Agence France-Presse"),
    ),
    "es": (
        ("Madrid, 3 mar (EFE).- ", "republication EFE"),
        ("MADRID, 3 Mar. (EUROPA PRESS) - ", "republication Europa Press"),
        ("Buenos Aires, 3 mar (Télam) - ", "republication Télam"),
        ("La Habana, 3 mar (Prensa Latina) ", "republication Prensa Latina"),
        ("EFE | Madrid\n", "republication EFE"),
        ("EFE / Madrid\n", "republication EFE"),
        ("Agencia EFE\n", "republication EFE"),
        ("Por AFP\n", "republication Agence France-Presse"),
        ("Por: EFE\n", "republication EFE"),
        ("Redacción / EFE\n", "republication EFE"),
        ("CIUDAD DE MÉXICO (AP) — ", "republication Associated Press"),
        ("México, 3 Mar (Notimex).- ", "republication Notimex"),
        ("3 de marzo de 2021 (EFE).- ", "republication EFE"),
        ("El dique al amanecer. EFE/Ángel López\n", "photo EFE"),
        ("El dique al amanecer. (Foto: AFP)\n", "photo Agence France-Presse"),
        ("El dique | Fuente: AFP\n", "photo Agence France-Presse"),
        ("Vecinos en el dique. EFE/Archivo\n", "photo EFE"),
        ("MADRID, 3 (EUROPA PRESS)\n", "republication Europa Press"),
        ("Agencias | Madrid\n", "assisted agencies"),
        ("Reuters | Pekín\n", "republication Reuters"),
        ("REDACCIÓN / AGENCIAS\n", "assisted agencies"),
        ("EFE, Barcelona\n", "republication EFE"),
        ("EFE Madrid Actualizado 03/03/2021 10:12\n", "republication EFE"),
        ("EFE.- ", "republication EFE"),
        ("Madrid.- ", ""),
        ("AFP.- ", "republication Agence France-Presse"),
        ("Ciudad de México (EFE).- ", "republication EFE"),
        ("(EFE) ", "republication EFE"),
        ("El dique. Foto: EFE/Ana Ejemplo\n", "photo EFE"),
        ("El dique (EFE)\n", "photo EFE"),
        ("El dique. (Reuters)\n", "photo Reuters"),
        ("El dique EFE/EPA/ANA EJEMPLO\n", "photo EFE"),
        ("Redacción Musterblatt\n", "own Musterblatt"),
        ("Agencia Europa Press\n3 de marzo de 2021\n", "republication Europa Press"),
        ("Por Redacción/AFP\n", "republication Agence France-Presse"),
        ("Agencia AFP\n", "republication Agence France-Presse"),
        ("París, Francia (AFP) - ", "republication Agence France-Presse"),
        ("París, 3 mar 2021 (AFP) - ", "republication Agence France-Presse"),
        ("San José, 3 mar (elmundo.cr) - ", ""),
        ("Caracas, 3 de marzo de 2021 (AVN).- ", "republication AVN"),
        ("El dique\nCrédito: AFP\n", "photo Agence France-Presse"),
        ("(Photo by Ana Ejemplo / AFP)\n", "photo Agence France-Presse"),
        ("AFP / Ana Ejemplo\n", "photo Agence France-Presse"),
    ),
    "pt": (
        ("SÃO PAULO, SP (FOLHAPRESS) - ", "republication Folhapress"),
        ("Por Agência Brasil\n", "republication Agência Brasil"),
        ("Lisboa, 03 mar 2021 (Lusa) - ", "republication Lusa"),
        ("Estadão Conteúdo\n", "republication Estadão Conteúdo"),
        ("Da Agência Brasil\n", "republication Agência Brasil"),
        ("Lusa\n3 de março de 2021\n", "republication Lusa"),
        ("Foto: Fernando Exemplo/Agência Brasil\n", "photo Agência Brasil"),
        ("Por France Presse\n", "republication Agence France-Presse"),
        ("Por Reuters\n03/03/2021 10h12\n", "republication Reuters"),
        ("WASHINGTON | REUTERS\n", "republication Reuters"),
        ("São Paulo | Reuters\n", "republication Reuters"),
        ("Da AFP, em Washington\n", "republication Agence France-Presse"),
        ("Da Ansa, em Roma\n", "republication ANSA"),
        ("Agência Lusa\n", "republication Lusa"),
        ("Por Lusa\n", "republication Lusa"),
        ("Brasília (Reuters) - ", "republication Reuters"),
        ("Agência Brasil | 03/03/2021\n", "republication Agência Brasil"),
        ("Marcelo Exemplo/Agência Brasil\n", "photo Agência Brasil"),
        ("Imagem: Ana Exemplo/Reuters\n", "photo Reuters"),
        ("Crédito: Ana Exemplo/Agência Brasil\n", "photo Agência Brasil"),
    ),
    "it": (
        ("(ANSA) - ROMA, 03 MAR - ", "republication ANSA"),
        ("Roma, 3 mar. (askanews) - ", "republication Askanews"),
        ("ROMA (ITALPRESS) - ", "republication Italpress"),
        ("Roma, 3 mar. (Adnkronos) - ", "republication Adnkronos"),
        ("AGI - ", "republication AGI"),
        ("(DIRE) Roma, 3 mar. - ", "republication Dire"),
        ("Milano, 3 mar. (LaPresse) - ", "republication LaPresse"),
        ("di Redazione ANSA\n", "republication ANSA"),
        ("Redazione Ansa\n", "republication ANSA"),
        ("Foto: Ansa\n", "photo ANSA"),
        ("La diga all’alba (Ansa)\n", "photo ANSA"),
        ("Di Ansa\n", "republication ANSA"),
        ("(AGI) - Roma, 3 mar. - ", "republication AGI"),
        ("LaPresse\n", "republication LaPresse"),
        ("Foto LaPresse - Anna Esempio\n", "photo LaPresse"),
        ("(Foto: Ansa)\n", "photo ANSA"),
        ("ROMA (ITALPRESS) – ", "republication Italpress"),
        ("(Adnkronos) - ", "republication Adnkronos"),
        ("(Adnkronos Salute) - ", "republication Adnkronos"),
        ("(Teleborsa) - ", "republication Teleborsa"),
        ("(LaPresse) - ", "republication LaPresse"),
        ("(askanews) – Roma, 3 mar. 2021 – ", "republication Askanews"),
        ("Roma – ", ""),
        ("La diga all’alba. ANSA/ANNA ESEMPIO\n", "photo ANSA"),
        ("(foto LaPresse)\n", "photo LaPresse"),
    ),
    "pl": (
        ("Warszawa (PAP) - ", "republication PAP"),
        ("PAP\n3 marca 2021\n", "republication PAP"),
        ("Fot. PAP/Jan Kowalski\n", "photo PAP"),
        ("Zdjęcie: Jan Kowalski /PAP/EPA\n", "photo European Pressphoto Agency; photo PAP"),
        ("Fot. Jan Kowalski / PAP\n", "photo PAP"),
        ("Fot. PAP\n", "photo PAP"),
        ("autor: PAP\n", "republication PAP"),
        ("PAP/Jan Kowalski\n", "photo PAP"),
        ("oprac. PAP\n", "republication PAP"),
        ("Zdjęcie ilustracyjne / fot. PAP\n", "photo PAP"),
        ("fot. Jan Kowalski/PAP\n", "photo PAP"),
        ("Tama. Foto: PAP / Jan Kowalski\n", "photo PAP"),
    ),
    "nl": (
        ("Door ANP\n", "republication ANP"),
        ("Door: ANP\n", "republication ANP"),
        ("Foto: ANP\n", "photo ANP"),
        ("AMSTERDAM (ANP) - ", "republication ANP"),
        ("BRUSSEL (BELGA) - ", "republication Belga"),
        ("Van onze redactie\n", ""),
        ("© ANP\n", "photo ANP"),
        ("Beeld: ANP\n", "photo ANP"),
        ("© Belga\n", "photo Belga"),
        ("De dam. © ANP / Jan Voorbeeld\n", "photo ANP"),
        ("Foto: ANP/Jan Voorbeeld\n", "photo ANP"),
    ),
    "sv": (
        ("TT\n", "republication TT"),
        ("Foto: Anna Exempel/TT\n", "photo TT"),
        ("Text: TT\n", "republication TT"),
        ("TT Nyhetsbyrån\n", "republication TT"),
        ("Foto: TT\n", "photo TT"),
        ("Dammen. Foto: Anna Exempel/TT/Arkiv\n", "photo TT"),
    ),
    "no": (
        ("NTB\n", "republication NTB"),
        ("Foto: Ola Eksempel / NTB scanpix\n", "photo Scanpix"),
        ("Foto: Ola Eksempel / NTB\n", "photo NTB"),
        ("OSLO (NTB): ", "republication NTB"),
        ("FOTO: NTB\n", "photo NTB"),
    ),
    "da": (
        ("Af Ritzau\n", "republication Ritzau"),
        ("Foto: Mads Eksempel/Ritzau Scanpix\n", "photo Scanpix"),
        ("/ritzau/\n", "republication Ritzau"),
        ("Foto: Ritzau Scanpix\n", "photo Scanpix"),
    ),
    "fi": (
        ("STT\n", "republication STT"),
        ("Kuva: Lehtikuva\n", "photo Lehtikuva"),
        ("STT | 3.3.2021\n", "republication STT"),
        ("Kuva: STT\n", "photo STT"),
    ),
    "cs": (
        ("Praha (ČTK) – ", "republication CTK"),
        ("ČTK\n", "republication CTK"),
        ("ČTK, redakce\n", "republication CTK"),
        ("Foto: ČTK\n", "photo CTK"),
        ("Praha - ", ""),
        ("Praha - \n", ""),
        ("Hráz za úsvitu. | Foto: ČTK\n", "photo CTK"),
    ),
    "sk": (
        ("Bratislava 3. marca (TASR) - ", "republication TASR"),
        ("TASR\n", "republication TASR"),
        ("BRATISLAVA 3. marca (SITA) - ", "republication SITA"),
        ("Bratislava 3. marca 2021 (TASR) ", "republication TASR"),
        ("Zdroj: TASR/Ján Príklad\n", "photo TASR"),
    ),
    "hu": (
        ("MTI\n", "republication MTI"),
        ("Fotó: MTI/Példa János\n", "photo MTI"),
        ("Budapest, 2021. március 3., szerda (MTI) - ", "republication MTI"),
        ("Fotó: Példa János / MTI\n", "photo MTI"),
    ),
    "ro": (
        ("București, 3 mar /Agerpres/ - ", "republication Agerpres"),
        ("Foto: Agerpres\n", "photo Agerpres"),
    ),
    "el": (("Φωτογραφία: ΑΠΕ-ΜΠΕ\n", "photo ANA-MPA"),),
}
TAILS = {
    "de": (
        ("(dpa)", "republication dpa"),
        ("(dpa/AFP)", "republication Agence France-Presse; republication dpa"),
        ("(ab/dpa)", "republication dpa"),
        ("(sda/dpa)", "republication Keystone-SDA; republication dpa"),
        ("(APA, 3.3.2021)", "republication APA"),
        ("(red, APA)", "republication APA"),
        ("(APA/dpa/red)", "republication APA; republication dpa"),
        ("(mit dpa/afp)", "assisted Agence France-Presse; assisted dpa"),
        ("(Mit Material von dpa und AFP)", "assisted Agence France-Presse; assisted dpa"),
        ("Quelle: APA/dpa", "republication APA; republication dpa"),
        ("Quelle: musterblatt.de, ab/dpa", "assisted dpa"),
        ("dpa", "republication dpa"),
        ("ab/dpa", "republication dpa"),
        ("RND/dpa", "republication RND; republication dpa"),
        ("dpa/lby", "republication dpa"),
        ("dpa-infocom, dpa:210303-99-123456/2", "republication dpa"),
        ("© dpa-infocom, dpa:210303-99-123456/2", "republication dpa"),
        ("© dpa", "republication dpa"),
        ("© AFP 2021", "republication Agence France-Presse"),
        ("mit dpa", "assisted dpa"),
        ("abc mit dpa", "assisted dpa"),
        ("(epd)", "republication epd"),
        ("(KNA)", "republication KNA"),
        ("SID xy ab", "republication SID"),
        (
            "(afp, dpa, rtr)",
            "republication Agence France-Presse; republication Reuters; republication dpa",
        ),
        ("hb/sti (dpa, rtr)", "assisted Reuters; assisted dpa"),
        ("Mit Agenturmaterial (dpa)", "republication dpa"),
        ("Quelle: dpa", "republication dpa"),
        ("(Quelle: AFP)", "republication Agence France-Presse"),
        ("(jW/AFP)", "republication Agence France-Presse"),
        (
            "Original-Content von: Muster AG, übermittelt durch news aktuell",
            "press_release news aktuell",
        ),
        (
            "Dieser Artikel erschien zuerst im Musterstadt Kurier.",
            "republication Musterstadt Kurier",
        ),
        ("Dieser Text ist zuerst bei Beispiel Online erschienen.", "republication Beispiel Online"),
        ("Dieser Beitrag stammt von der Beispielwelle.", "republication Beispielwelle"),
        ("Mit freundlicher Genehmigung der Beispielzeitung.", "republication Beispielzeitung"),
        (
            "Der Artikel ist ursprünglich auf The Conversation erschienen.",
            "republication The Conversation",
        ),
        ("Das sagte er der Deutschen Presse-Agentur.", "citation dpa"),
        ("Das sagte er im Gespräch mit dpa.", "citation dpa"),
        ("Die Frau heißt Ansa Efe und wohnt in Apa.", ""),
        ("Quelle: Statistisches Amt", ""),
        ("mfh/AFP/dpa", "republication Agence France-Presse; republication dpa"),
        ("© SZ.de/AFP/dpa/gba", "republication Agence France-Presse; republication dpa"),
        ("dpa/AFP/mre", "republication Agence France-Presse; republication dpa"),
        ("AFP/ll", "republication Agence France-Presse"),
        ("Tsp/dpa", "republication dpa"),
        ("(red, 3.3.2021)", ""),
        ("(apa)", "republication APA"),
        ("red, beispiel.at/Agenturen", "assisted agencies"),
        ("(SDA/roy)", "republication Keystone-SDA"),
        ("SDA/step", "republication Keystone-SDA"),
        ("(dpa-AFX)", "republication dpa"),
        ("(Reuters)", "republication Reuters"),
        ("(dpa/dpaweb)", "republication dpa"),
        ("(AZ/dpa)", "republication dpa"),
        ("– dpa", "republication dpa"),
        ("epd bay/muw", "republication epd"),
        ("KNA/epd", "republication KNA; republication epd"),
        ("(dpa, KNA, epd)", "republication KNA; republication dpa; republication epd"),
        ("Text: dpa", "republication dpa"),
        ("Mit Material der dpa", "assisted dpa"),
        (
            "Mit Informationen von dpa, AFP und Reuters",
            "assisted Agence France-Presse; assisted Reuters; assisted dpa",
        ),
        (
            "Dieser Artikel wurde zuerst auf Englisch auf The Conversation veröffentlicht.",
            "republication The Conversation",
        ),
        (
            'Das Original zu diesem Beitrag "Damm wird repariert" stammt von Beispiel Online.',
            "republication Beispiel Online",
        ),
        ("Dieser Artikel erschien zuerst in der Print-Ausgabe vom 3. März.", ""),
        ("Dieser Text stammt aus unserem Newsletter.", ""),
        ("(Red.)", ""),
        ("Redaktion Musterblatt", "own Musterblatt"),
        ("Zuerst erschienen auf beispiel.de.", "republication beispiel.de"),
        (
            "Dieser Beitrag ist zuerst auf Beispiel Online erschienen und wurde für uns gekürzt.",
            "republication Beispiel Online",
        ),
        ("Übernommen von Beispielfunk.", "republication Beispielfunk"),
        ("Im Original erschienen bei The Guardian.", "republication The Guardian"),
        (
            "Dieser Artikel wurde ursprünglich von Agence France-Presse veröffentlicht.",
            "republication Agence France-Presse",
        ),
    ),
    "fr": (
        ("(AFP)", "republication Agence France-Presse"),
        ("(avec AFP)", "assisted Agence France-Presse"),
        ("Avec AFP", "assisted Agence France-Presse"),
        ("J.E. avec AFP", "assisted Agence France-Presse"),
        ("(Source AFP)", "republication Agence France-Presse"),
        ("Source : AFP", "republication Agence France-Presse"),
        ("(Belga)", "republication Belga"),
        ("(ATS)", "republication Keystone-SDA"),
        ("ATS", "republication Keystone-SDA"),
        ("© 2021 AFP", "republication Agence France-Presse"),
        ("(©AFP / 03 mars 2021 10h12)", "republication Agence France-Presse"),
        ("AFP/Relaxnews", "republication Agence France-Presse"),
        ("(Reuters et AFP)", "republication Agence France-Presse; republication Reuters"),
        ("avec Reuters et AP", "assisted Associated Press; assisted Reuters"),
        (
            "Cet article est republié à partir de The Conversation sous licence Creative Commons. Lire l’article original.",
            "republication The Conversation",
        ),
        ("Article initialement publié sur Exemple Média le 3 mars.", "republication Exemple Média"),
        (
            "Cette tribune est parue dans La Gazette du Barrage.",
            "republication La Gazette du Barrage",
        ),
        ("Communiqué de presse de la Ville d’Exemple", "press_release Ville d’Exemple"),
        ("Le maire s’est confié à l’AFP.", "citation Agence France-Presse"),
        ("afp/vkiss", "republication Agence France-Presse"),
        ("ats/boi", "republication Keystone-SDA"),
        ("(ats/nxp)", "republication Keystone-SDA"),
        ("Source: Belga", "republication Belga"),
        ("(Avec l’AFP)", "assisted Agence France-Presse"),
        ("(M.B. avec AFP)", "assisted Agence France-Presse"),
        ("AFP et Reuters", "republication Agence France-Presse; republication Reuters"),
        (
            "© 2021 AFP. Tous droits de reproduction et de représentation réservés.",
            "republication Agence France-Presse",
        ),
        ("La rédaction avec AFP", "assisted Agence France-Presse"),
        ("Cet article est paru dans l’édition papier du 3 mars.", ""),
        (
            "Publié initialement le 3 mars dans La Gazette du Barrage",
            "republication La Gazette du Barrage",
        ),
        ("Lire l’article original sur Exemple Média", "republication Exemple Média"),
        ("Repris de l’article de La Gazette du Barrage", "republication La Gazette du Barrage"),
    ),
    "es": (
        ("EFE", "republication EFE"),
        ("(EFE)", "republication EFE"),
        ("Fuente: EFE", "republication EFE"),
        ("(Fuente: EFE)", "republication EFE"),
        ("Con información de AFP y EFE", "assisted Agence France-Presse; assisted EFE"),
        ("*Con información de Reuters", "assisted Reuters"),
        ("(Con información de EFE)", "assisted EFE"),
        ("Con EFE", "assisted EFE"),
        ("AFP/EFE", "republication Agence France-Presse; republication EFE"),
        ("*AFP", "republication Agence France-Presse"),
        ("Fuente: Diario Ejemplo", "republication Diario Ejemplo"),
        ("(Tomado de Diario Ejemplo)", "republication Diario Ejemplo"),
        (
            "Este artículo fue publicado originalmente en The Conversation. Lea el original.",
            "republication The Conversation",
        ),
        ("Publicado originalmente en Ejemplo Digital", "republication Ejemplo Digital"),
        (
            "Esta nota se publicó originalmente en La Voz del Dique.",
            "republication La Voz del Dique",
        ),
        ("Fuente: Comunicae", "press_release Comunicae"),
        ("Nota de prensa: Ayuntamiento de Ejemplo", "press_release Ayuntamiento de Ejemplo"),
        ("Fuente: elaboración propia", ""),
        (
            "(Con información de AFP, EFE y Reuters)",
            "assisted Agence France-Presse; assisted EFE; assisted Reuters",
        ),
        ("AFP y EFE", "republication Agence France-Presse; republication EFE"),
        ("Con información de: AFP", "assisted Agence France-Presse"),
        ("(I)\nFuente: EFE", "republication EFE"),
        ("EFE afe/ess", "republication EFE"),
        ("(Fuente: AFP)", "republication Agence France-Presse"),
        ("Fuente: Agencias", "assisted agencies"),
        ("Vía AFP", "republication Agence France-Presse"),
        ("jg/jcm/bj", ""),
        ("Artículo publicado en la edición impresa del 3 de marzo.", ""),
        (
            "Este artículo apareció originalmente en Ejemplo Digital.",
            "republication Ejemplo Digital",
        ),
        ("Nota publicada originalmente en ejemplo.com", "republication ejemplo.com"),
        ("Tomado de: Ejemplo Digital", "republication Ejemplo Digital"),
        ("Lea el artículo original en Ejemplo Digital", "republication Ejemplo Digital"),
        ("Fuente: ejemplo.com", "republication ejemplo.com"),
        ("Fuente: El Diario de Ejemplo", "republication El Diario de Ejemplo"),
        ("Fuente: INEGI", ""),
        ("(EUROPA PRESS)", "republication Europa Press"),
        ("Con información de CNN en Español", "assisted CNN"),
        ("(Con información de El Universal)", "assisted El Universal"),
        ("Fuente: BBC Mundo", "republication BBC"),
        ("Fuente: La Jornada", "republication La Jornada"),
    ),
    "pt": (
        ("(Estadão Conteúdo)", "republication Estadão Conteúdo"),
        ("Com informações da Agência Brasil", "assisted Agência Brasil"),
        ("*Com informações da Reuters", "assisted Reuters"),
        ("Com Reuters", "assisted Reuters"),
        ("(Com agência Lusa)", "assisted Lusa"),
        ("Fonte: Agência Brasil", "republication Agência Brasil"),
        ("Lusa", "republication Lusa"),
        ("*AFP", "republication Agence France-Presse"),
        (
            "Este artigo foi publicado originalmente no The Conversation.",
            "republication The Conversation",
        ),
        ("Texto publicado originalmente em Exemplo Notícias.", "republication Exemplo Notícias"),
        (
            "/ AFP, REUTERS e EFE",
            "republication Agence France-Presse; republication EFE; republication Reuters",
        ),
        (
            "(Com informações da Reuters e da AFP)",
            "assisted Agence France-Presse; assisted Reuters",
        ),
        ("Fonte: Agência Senado", "republication Agência Senado"),
        ("Agência Brasil", "republication Agência Brasil"),
        ("Artigo publicado na edição impressa de 3 de março.", ""),
        ("Leia o artigo original em Exemplo Notícias", "republication Exemplo Notícias"),
        (
            "*Conteúdo publicado originalmente por Exemplo Notícias",
            "republication Exemplo Notícias",
        ),
    ),
    "it": (
        ("(ANSA).", "republication ANSA"),
        ("(ITALPRESS).", "republication Italpress"),
        ("Fonte: ANSA", "republication ANSA"),
        ("(Fonte: Adnkronos)", "republication Adnkronos"),
        ("Con informazioni di ANSA", "assisted ANSA"),
        ("© Copyright ANSA", "republication ANSA"),
        (
            "Questo articolo è stato pubblicato originariamente su La Gazzetta di Esempio.",
            "republication La Gazzetta di Esempio",
        ),
        ("(Tratto da La Gazzetta di Esempio)", "republication La Gazzetta di Esempio"),
        ("Articolo originariamente pubblicato su Esempio Online", "republication Esempio Online"),
        ("(fonte: Ansa)", "republication ANSA"),
        ("(Ansa)", "republication ANSA"),
        ("(askanews)", "republication Askanews"),
        ("Leggi l’articolo originale su Esempio Online", "republication Esempio Online"),
        ("Articolo pubblicato sul numero di marzo.", ""),
        ("Articolo tratto da Esempio Online", "republication Esempio Online"),
    ),
    "pl": (
        ("Źródło: PAP", "republication PAP"),
        ("źródło: PAP / IAR", "assisted IAR; republication PAP"),
        ("(PAP)", "republication PAP"),
        ("oprac. AB/PAP", "republication PAP"),
        ("PAP, oprac. AB", "republication PAP"),
        ("ab/PAP", "republication PAP"),
        ("Źródło: PAP, Musterblatt", "assisted PAP; own Musterblatt"),
        ("Autor: PAP", "republication PAP"),
        ("Autor:mjz/dap / Źródło: PAP", "republication PAP"),
        ("Autor: ft / Źródło: PAP, Reuters", "assisted Reuters; republication PAP"),
        ("msl/ PAP", "republication PAP"),
        ("kk/PAP", "republication PAP"),
        ("Źródło PAP", "republication PAP"),
        ("źródło:PAP Biznes", "republication PAP"),
        ("(PAP Biznes)", "republication PAP"),
        ("Źródło: niezalezna.pl, PAP", "assisted PAP"),
        ("autor: Jan Kowalski\n\nkow/ ann/", "republication PAP"),
        ("Źródło: Gazeta Przykładowa", "republication Gazeta Przykładowa"),
        ("Źródło: AFP", "republication Agence France-Presse"),
        ("AFP, PAP", "republication Agence France-Presse; republication PAP"),
        ("Źródło zdjęcia głównego: Shutterstock", "photo Shutterstock"),
    ),
    "nl": (
        ("Bron: ANP", "republication ANP"),
        ("(ANP)", "republication ANP"),
        ("Bron: Belga", "republication Belga"),
        ("Door ANP", "republication ANP"),
        ("© ANP", "republication ANP"),
        ("Met informatie van ANP", "assisted ANP"),
        ("Dit artikel verscheen eerder op Voorbeeld Nieuws.", "republication Voorbeeld Nieuws"),
        ("Door: ANP/Musterblad", "republication ANP"),
        ("(belga)", "republication Belga"),
        ("kba, belga", "republication Belga"),
        (
            "Dit artikel is oorspronkelijk verschenen op Voorbeeld Nieuws.",
            "republication Voorbeeld Nieuws",
        ),
        ("Overgenomen van Voorbeeld Nieuws", "republication Voorbeeld Nieuws"),
    ),
    "sv": (
        ("TT", "republication TT"),
        ("(TT)", "republication TT"),
        ("Källa: TT", "republication TT"),
        ("/TT", "republication TT"),
        ("Artikeln publicerades först i Exempeltidningen.", "republication Exempeltidningen"),
        ("© TT", "republication TT"),
    ),
    "no": (
        ("(NTB)", "republication NTB"),
        ("(©NTB)", "republication NTB"),
        ("NTB", "republication NTB"),
        ("Denne saken ble først publisert i Eksempelavisen.", "republication Eksempelavisen"),
    ),
    "da": (
        ("/ritzau/", "republication Ritzau"),
        ("/ritzau/AFP", "republication Agence France-Presse; republication Ritzau"),
        ("Kilde: Ritzau", "republication Ritzau"),
        ("Artiklen blev først bragt i Eksempelposten.", "republication Eksempelposten"),
        ("ritzau/AFP", "republication Agence France-Presse; republication Ritzau"),
        ("RITZAU", "republication Ritzau"),
    ),
    "fi": (
        ("STT", "republication STT"),
        ("Lähde: STT", "republication STT"),
    ),
    "cs": (
        ("Zdroj: ČTK", "republication CTK"),
        ("(ČTK)", "republication CTK"),
        ("Autor: ČTK", "republication CTK"),
        ("Autor: ČTK, Musterblatt", "assisted CTK; own Musterblatt"),
        ("zdroj: ČTK", "republication CTK"),
    ),
    "sk": (
        ("Zdroj: TASR", "republication TASR"),
        ("(SITA)", "republication SITA"),
        ("(tasr)", "republication TASR"),
    ),
    "hu": (
        ("(MTI)", "republication MTI"),
        ("Forrás: MTI", "republication MTI"),
        ("/MTI/", "republication MTI"),
        ("(Borítókép: Példa János / MTI)", "photo MTI"),
        ("Kiemelt kép: MTI/Példa János", "photo MTI"),
    ),
    "ro": (
        ("Sursa: Agerpres", "republication Agerpres"),
        ("AGERPRES", "republication Agerpres"),
        ("(Mediafax)", "republication MEDIAFAX"),
        ("Sursa foto: Agerpres", "photo Agerpres"),
        ("Sursă: Agerpres", "republication Agerpres"),
    ),
    "el": (
        ("Πηγή: ΑΠΕ-ΜΠΕ", "republication ANA-MPA"),
        ("(ΑΠΕ-ΜΠΕ)", "republication ANA-MPA"),
        ("ΑΠΕ-ΜΠΕ", "republication ANA-MPA"),
        ("Με πληροφορίες από Reuters", "assisted Reuters"),
        ("Πηγή: Reuters", "republication Reuters"),
        ("πηγή ΑΠΕ-ΜΠΕ", "republication ANA-MPA"),
        ("Με πληροφορίες από ΑΠΕ-ΜΠΕ", "assisted ANA-MPA"),
    ),
    "ca": (
        ("Font: ACN", "republication ACN"),
        ("(ACN)", "republication ACN"),
        (
            "Aquest article es va publicar originalment a Exemple Digital.",
            "republication Exemple Digital",
        ),
    ),
}
MIDDLES = {
    "de": (
        ("Das sagte ein Ingenieur der Nachrichtenagentur dpa.", "citation dpa"),
        ("Wie AFP berichtet, ist das teuer.", "citation Agence France-Presse"),
        ("Am Damm steht die Firma TT und die Schule SID.", ""),
    ),
    "fr": (
        (
            "Le barrage sera réparé, a déclaré un ingénieur à l’AFP.",
            "citation Agence France-Presse",
        ),
        ("Selon Reuters, c’est cher.", "citation Reuters"),
    ),
    "es": (
        ("Así lo dijo a EFE un ingeniero.", "citation EFE"),
        ("según informó Europa Press este lunes", "citation Europa Press"),
        ("La letra efe y la nota lusa no dicen nada.", ""),
    ),
    "pt": (
        ("A represa, segundo a agência Lusa, será reparada.", "citation Lusa"),
        ("Uma empresa lusa reparou a represa.", ""),
    ),
    "it": (
        ("Lo ha detto all’ANSA un ingegnere.", "citation ANSA"),
        ("Ha l’ansa del fiume e una belga lo sa dire.", ""),
    ),
    "pl": (
        ("Tama zostanie naprawiona, pisze agencja Reutera.", "citation Reuters"),
        ("Jak dowiedziała się PAP, tama zostanie naprawiona.", "citation PAP"),
    ),
    "nl": (("Dat meldt persbureau Reuters.", "citation Reuters"),),
    "no": (("Det skriver nyhetsbyrået NTB.", "citation NTB"),),
    "ro": (("În baraj era apa rece și multă apa.", ""),),
}
FURNISHED = {
    "de": (
        ("(dpa)", "republication dpa"),
        ("Quelle: dpa", "republication dpa"),
    ),
}


def cases(table: dict[str, tuple[tuple[str, str], ...]]) -> list[tuple[str, str, str]]:
    return [(lang, text, wanted) for lang, some in table.items() for text, wanted in some]


@pytest.mark.parametrize(("lang", "head", "wanted"), cases(HEADS))
def test_what_stands_before_the_story_is_read(lang: str, head: str, wanted: str) -> None:
    """Datelines, bylines and captions at the head are told apart, with the source's listed name."""
    gap = "\n" if head.endswith("\n") else ""
    assert told(read(head + gap + "\n\n".join(story(lang)))) == wanted


@pytest.mark.parametrize(("lang", "tail", "wanted"), cases(TAILS))
def test_what_closes_the_story_is_read(lang: str, tail: str, wanted: str) -> None:
    """Sign-offs, source lines, reprint notes and releases at the end; words that look alike not."""
    assert told(read("\n\n".join([*story(lang), tail]))) == wanted


@pytest.mark.parametrize(("lang", "text", "wanted"), cases(MIDDLES))
def test_a_source_named_in_the_middle_is_a_citation_at_most(
    lang: str, text: str, wanted: str
) -> None:
    """Agencies quoted in a story are citations, and ordinary words that equal a name nothing."""
    before, after = story(lang)[:4], story(lang)[4:]
    found = read("\n\n".join([*before, text, *after]))
    assert told(found) == wanted
    assert origin_of(found) is None


@pytest.mark.parametrize(("lang", "tail", "wanted"), cases(FURNISHED))
def test_furniture_after_a_sign_off_hides_nothing(lang: str, tail: str, wanted: str) -> None:
    """Buttons that follow a credit in an extracted page leave it readable."""
    body = "\n\n".join([*story(lang), tail, "Themen folgen\nTeilen\nDrucken"])
    assert told(read(body)) == wanted


LAYOUTS = (
    (
        "de",
        "{L}\n03.03.2021, 10.12 Uhr\nArbeiter am Damm\nFoto: Jens Muster / dpa\n{P}\njmu/dpa\nMehr zum Thema",
        "dpa",
    ),
    (
        "de",
        "{L}\n03.03.2021, 10:12 Uhr | dpa\nDer Damm. (Quelle: Jens Muster/dpa)\n{P}\nQuelle:\nNachrichtenagentur dpa",
        "dpa",
    ),
    (
        "de",
        "{L}\n3. März 2021, 10:12\nFoto: APA/Jens Muster\n{P} (APA, 3.3.2021)\nForum: 12 Postings",
        "APA",
    ),
    ("de", "{L}\nPubliziert: 03.03.2021\nKeystone\n{P} (SDA)", "Keystone-SDA"),
    ("de", "Direkt aus dem dpa-Newskanal\n{L}\n{P}\n© dpa-infocom, dpa:210303-99-123456/2", "dpa"),
    ("de", "{L}\n(Bild: APA/Jens Muster)\n{P}", None),
    (
        "fr",
        "Musterblatt avec AFP\nPublié le 03/03/2021 à 10:12\n{L}\nLe barrage. Jean Exemple / AFP\n{P}",
        None,
    ),
    ("fr", "{L}\nBelga\nPublié le 03-03-2021 à 10h12\n© BELGA\n{P}", "Belga"),
    ("es", "{L}\nEFE\nMadrid —\n3 de marzo de 2021 10:12 h\n{P}", "EFE"),
    ("es", "{L}\nEl dique (Ana Ejemplo / EFE)\nRedacción | Agencias\nMadrid\n{P}", None),
    ("es", "{L}\nEl dique. (AFP)\n{P}\nFuente: AFP\nMirá también", "Agence France-Presse"),
    ("it", "di Adnkronos\n3 marzo 2021\nRoma, 3 mar. (Adnkronos) - {P}", "Adnkronos"),
    (
        "pl",
        "{L}\nTama Źródło: TVN24\n{P}\nAutor:mjz/dap\nŹródło: PAP\nŹródło zdjęcia głównego: Shutterstock",
        "PAP",
    ),
    ("pt", "{L}\n3.mar.2021 às 10h12\nSÃO PAULO | REUTERS\n{P}", "Reuters"),
    ("nl", "{L}\n03 mrt 2021 om 10:12\n{P}\nDoor: ANP\nBeeld: ANP", "ANP"),
)
"""Pages as extraction leaves them: ``{L}`` is the lede, ``{P}`` the story."""


@pytest.mark.parametrize(("lang", "page", "origin"), LAYOUTS)
def test_the_origin_of_a_whole_page_is_found(lang: str, page: str, origin: str | None) -> None:
    """Among dates, captions and buttons the credit of the text is told from those of pictures."""
    lede, text = story(lang)[0], "\n\n".join(story(lang))
    found = origin_of(read(page.replace("{L}", lede).replace("{P}", text)))
    assert (found.source if found else None) == origin


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "Text: dpa, Foto: Jens Muster/AFP, © Musterblatt 2021",
            "own Musterblatt; photo Agence France-Presse; republication dpa",
        ),
        (
            "© Musterblatt GmbH 2021 | Quelle: dpa | Foto: AFP",
            "own Musterblatt; photo Agence France-Presse; republication dpa",
        ),
        (
            "Fuente: EFE. Foto: AFP. © Musterblatt.",
            "own Musterblatt; photo Agence France-Presse; republication EFE",
        ),
        ("Źródło: PAP / Foto: Jan Kowalski/PAP", "photo PAP; republication PAP"),
        ("Bild: AFP, Text: SDA", "photo Agence France-Presse; republication Keystone-SDA"),
    ],
)
def test_one_line_may_hold_three_roles(line: str, wanted: str) -> None:
    """The text's origin, the picture's and the outlet's own right stand in one paragraph."""
    assert told(read("\n\n".join([*story("de"), line]))) == wanted


@pytest.mark.parametrize(
    ("byline", "kind"),
    [
        ("AFP\n3 mars 2021 à 10:12", "republication"),
        ("Par AFP", "republication"),
        ("3 mars 2021 | AFP", "republication"),
        ("Publié le 3 mars 2021\nAFP", "republication"),
        ("AFP", "photo"),
    ],
)
def test_a_date_beside_it_makes_a_lone_agency_a_byline(byline: str, kind: str) -> None:
    """Below a long paragraph an agency alone closes a caption, unless a date or "by" is there."""
    lede = story("fr")[0]
    found = read("\n\n".join([lede, byline, *story("fr")]))
    assert told(found) == f"{kind} Agence France-Presse"


def test_of_two_agencies_the_first_is_the_origin() -> None:
    """A compound sign-off credits both; the text as a whole is the first one's."""
    for sign, first in (("(AFP/dpa)", "Agence France-Presse"), ("(dpa/AFP)", "dpa")):
        found = read("\n\n".join([*story("de"), sign]))
        origin = origin_of(found)
        assert origin is not None
        assert origin.source == first


@pytest.mark.parametrize(
    ("outlet", "url", "lang", "tail"),
    [
        ("ANSA", "https://www.ansa.it/sito/notizie/diga.html", "it", "(ANSA)."),
        ("dpa", "https://www.dpa.com/de/damm", "de", "dpa"),
        ("Europa Press", "https://www.europapress.es/dique", "es", "(EUROPA PRESS)"),
        ("PAP", "https://www.pap.pl/aktualnosci/tama", "pl", "(PAP)"),
        ("RND", "https://www.rnd.de/damm", "de", "RND"),
    ],
)
def test_a_sign_off_on_its_own_site_is_own(outlet: str, url: str, lang: str, tail: str) -> None:
    """An agency that signs on its own domain is the origin, never a reprint."""
    found = read("\n\n".join([*story(lang), tail]), outlet=outlet, url=url)
    assert all(one.kind.value == "own" for one in found)
    assert origin_of(found) is None


@pytest.mark.parametrize(
    ("outlet", "tail"),
    [
        ("diarioejemplo.com", "Fuente: Diario Ejemplo"),
        ("musterzeitung.de", "Dieser Artikel erschien zuerst in der Musterzeitung."),
        ("la-razon.com", "Fuente: Diario La Razón"),
        ("Musterblatt", "Dieser Artikel ist im Musterblatt erschienen."),
    ],
)
def test_an_outlet_known_by_its_domain_is_told_from_others(outlet: str, tail: str) -> None:
    """A site's own name in a source line is own, written as a name or as a domain."""
    found = read("\n\n".join([*story("es"), tail]), outlet=outlet)
    assert [one.kind.value for one in found] == ["own"]


@pytest.mark.parametrize(
    ("url", "source", "text"),
    [
        ("https://blatt.example/damm.urn-newsml-dpa-com-20090101-210303-99-1", "dpa", "dpa-com"),
        ("https://gazette.example/monde/barrage-afp.html", "Agence France-Presse", "afp"),
        ("https://diario.example/agencias/europapress/dique.html", "Europa Press", "europapress"),
        (
            "https://x.example/barrage.afp.com.20210303.doc.1ab.xml",
            "Agence France-Presse",
            "afp.com",
        ),
    ],
)
def test_an_agency_may_mark_the_address_alone(url: str, source: str, text: str) -> None:
    """Item identifiers, folders and endings of an address name the origin, with their span."""
    (one,) = read("\n\n".join(story("de")), url=url)
    assert (one.kind.value, one.source, one.field) == ("republication", source, "url")
    assert url[one.start : one.end] == text


@pytest.mark.parametrize(
    "url",
    ["https://diario.example/dique-segun-efe", "https://blatt.example/damm-laut-dpa.html"],
)
def test_a_headline_in_the_address_that_quotes_an_agency_is_none(url: str) -> None:
    """The agency is cited there, not credited."""
    assert read("\n\n".join(story("de")), url=url) == ()
