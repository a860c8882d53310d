"""How outlets in the languages of Eastern Europe, Asia and the Arab world credit a text."""

from __future__ import annotations

import pytest

from dedupe.provenance import Found, origin_of
from tests.credits import read

SENTENCES = {
    "ar": "فحص المهندسون السد فوق المدينة ووجدوا أنه سليم ولا يحتاج إلى شيء هذا العام.",
    "bg": "Стената над града беше огледана и намерена за здрава, а пътят остава затворен.",
    "fa": "مهندسان سد بالای شهر را دیدند و گفتند که تا سال آینده نیازی به تعمیر ندارد.",
    "he": "המהנדסים בדקו את הסכר שמעל העיר ומצאו שהוא יציב ואין צורך בתיקון השנה.",
    "hi": "शहर के ऊपर बने बांध को अभियंताओं ने देखा और उसे मजबूत पाया, सड़क बंद रहेगी।",
    "id": "Bendungan di atas kota itu diperiksa para insinyur dan dinyatakan cukup kuat.",
    "ja": "技術者たちは町の上にあるダムを調べ、十分に頑丈だと判断した。道路は閉鎖されたままだ。",
    "ko": "기술자들은 도시 위쪽의 댐을 살펴보고 충분히 튼튼하다고 판단했으며 도로는 닫혀 있다.",
    "ru": "Инженеры осмотрели плотину над городом и нашли ее прочной, дорога пока закрыта.",
    "sr": "Inženjeri su pregledali branu iznad grada i utvrdili da je čvrsta, put je zatvoren.",
    "th": "วิศวกรตรวจเขื่อนเหนือเมืองแล้วพบว่าแข็งแรงดี ถนนยังคงปิดอยู่ตลอดสัปดาห์นี้ ",
    "tr": "Mühendisler şehrin üstündeki barajı inceledi ve sağlam buldu, yol kapalı kalacak.",
    "uk": "Інженери оглянули греблю над містом і визнали її міцною, дорога поки закрита.",
    "vi": "Các kỹ sư đã kiểm tra con đập phía trên thành phố và thấy nó vẫn vững chắc.",
    "zh": "工程师检查了城市上方的大坝，认为它足够坚固，道路暂时保持关闭，居民不必担心。",
}
PROSE = {lang: " ".join(20 * [sentence]) for lang, sentence in SENTENCES.items()}
"""Longer than head and tail together, without any credit."""

HEADS = [
    ("ru", "МОСКВА, 3 мар — РИА Новости. ", "RIA Novosti"),
    ("ru", "МОСКВА, 25 мая. /ТАСС/. ", "TASS"),
    ("ru", "МОСКВА, 25 мая (Рейтер) - ", "Reuters"),
    ("ru", "Москва. 14 ноября. INTERFAX.RU - ", "Interfax"),
    ("ru", "ТАСС, 25 мая. ", "TASS"),
    ("ru", "МИНСК, 3 марта. /Корр. БЕЛТА/. ", "BelTA"),
    ("ru", "АСТАНА. КАЗИНФОРМ — ", "Kazinform"),
    ("uk", "КИЇВ. 3 березня. УНІАН. ", "UNIAN"),
    ("bg", "София, 3 март /БТА/ ", "BTA"),
    ("tr", "ANKARA (AA) - ", "Anadolu Agency"),
    ("tr", "İSTANBUL, (DHA) - ", "Demirören News Agency"),
    ("tr", "AA\n\n", "Anadolu Agency"),
    ("ar", "القاهرة - رويترز: ", "Reuters"),
    ("ar", "القاهرة (رويترز) - ", "Reuters"),
    ("ar", "واشنطن – (أ ف ب)\n", "Agence France-Presse"),
    ("ar", "القاهرة - أ ش أ: ", "MENA"),
    ("ar", "الكويت - كونا\n", "KUNA"),
    ("ar", "الرياض - واس:\n", "Saudi Press Agency"),
    ("ar", "أبوظبي في 3 مارس / وام / ", "WAM"),
    ("ar", "دمشق-سانا\n", "SANA"),
    ("fa", "تهران - ایرنا - ", "IRNA"),
    ("fa", "به گزارش ایسنا، ", "ISNA"),
    ("hi", "नई दिल्ली, 3 मार्च (भाषा) ", "Press Trust of India"),
    ("hi", "मुंबई, 3 मार्च (आईएएनएस)। ", "IANS"),
    ("zh", "新华社北京3月3日电（记者张三）", "Xinhua"),
    ("zh", "中新网北京3月3日电 ", "China News Service"),
    ("zh", "（中央社記者王小明台北3日電）", "Central News Agency"),
    ("zh", "【环球时报综合报道】", "Global Times"),
    ("zh", "来源：新华网\n", "Xinhua"),
    ("ja", "【ワシントン共同】", "Kyodo"),
    ("ja", "【ワシントン＝時事】", "Jiji Press"),
    ("ja", "［東京 3日 ロイター］ - ", "Reuters"),
    ("ja", "【3月3日 AFP】", "Agence France-Presse"),
    ("ko", "(서울=연합뉴스) 홍길동 기자 = ", "Yonhap"),
    ("ko", "[서울=뉴시스]홍길동 기자 = ", "Newsis"),
    ("ko", "(서울=뉴스1) 홍길동 기자 = ", "News1"),
    ("id", "Jakarta (ANTARA) - ", "Antara"),
    ("id", "KUALA LUMPUR, 3 Mac (Bernama) -- ", "Bernama"),
    ("th", "กรุงเทพฯ, 3 มี.ค. (ซินหัว) -- ", "Xinhua"),
]
TAILS = [
    ("ru", "\n\nИсточник: ТАСС", "TASS"),
    ("ru", " Источник — РИА Новости Подписывайтесь на нас", "RIA Novosti"),
    ("ru", "\nИсточник: «Спрингфилдский вестник»", "Спрингфилдский вестник"),
    ("ru", "\nСтатья впервые опубликована в журнале «Вестник реки»", "Вестник реки"),
    ("ru", "\n(Иван Иванов. Редактор Петр Петров)", "Reuters"),
    ("uk", "\n\nДжерело: Укрінформ", "Ukrinform"),
    ("bg", "\nИзточник: БТА", "BTA"),
    ("sr", "\nIzvor: Tanjug", "Tanjug"),
    ("sr", "\nИзвор: Танјуг", "Tanjug"),
    ("tr", " - ŞEHİR Kaynak: İHA", "İhlas News Agency"),
    ("tr", "\nKaynak: Anadolu Ajansı", "Anadolu Agency"),
    ("tr", "\nHaber: Ali VELİ/ŞEHİR, (DHA)", "Demirören News Agency"),
    ("ar", "\nالمصدر: رويترز", "Reuters"),
    ("ar", "\nالمصدر: وكالة الأنباء السعودية (واس)", "Saudi Press Agency"),
    ("ar", "\n(إعداد جون سميث للنشرة العربية - تحرير جين دو)", "Reuters"),
    ("fa", "\nمنبع: خبرگزاری فارس", "Fars"),
    ("he", "\nמקור: רויטרס", "Reuters"),
    ("hi", "\n(पीटीआई)", "Press Trust of India"),
    ("hi", "\nभाषा अविनाश दिलीप", "Press Trust of India"),
    ("hi", "--आईएएनएस", "IANS"),
    ("zh", "\n来源：新华社 责任编辑：张三", "Xinhua"),
    ("zh", "\n本文转载自新华社", "Xinhua"),
    ("zh", "（新华社记者 张三 李四）", "Xinhua"),
    ("zh", "\n来源：斯普林菲尔德晚报", "斯普林菲尔德晚报"),
    ("ja", "（共同）", "Kyodo"),
    ("ja", "\n（時事通信）", "Jiji Press"),
    ("ko", "\n<저작권자(c) 연합뉴스, 무단 전재-재배포 금지>", "Yonhap"),
    ("ko", "\n출처: 연합뉴스", "Yonhap"),
    ("id", "\n\nSumber: Reuters", "Reuters"),
    ("id", "\n\nPewarta: Budi\nEditor: Sari\nCOPYRIGHT © ANTARA 2020", "Antara"),
    ("id", "\n\nArtikel ini telah tayang di Kabar Bukit dengan judul Bendungan", "Kabar Bukit"),
    ("id", " – Bernama", "Bernama"),
    ("vi", "\n\nTheo TTXVN", "Vietnam News Agency"),
    ("vi", " (TTXVN/Vietnam+)", "Vietnam News Agency"),
    ("vi", "\nNguồn: Reuters", "Reuters"),
    ("th", "\nที่มา: รอยเตอร์", "Reuters"),
]
RELEASES = [
    ("zh", "北京2020年3月3日 /美通社/ -- ", "", "PR Newswire"),
    ("ko", "서울--(뉴스와이어)--", "", "NewsWire Korea"),
    ("ja", "", "\nプレスリリース提供：PR TIMES", "PR Times"),
    ("tr", "", "\nKaynak: (BYZHA) Beyaz Haber Ajansı", "BYZHA"),
    ("tr", "", "\n\nHibya Haber Ajansı", "Hibya"),
]
MIDDLES = [
    ("ru", "Дорогу откроют весной, передает ТАСС.", "TASS"),
    ("ru", "Дорогу откроют весной, рассказал Интерфаксу инженер.", "Interfax"),
    ("ru", "Об этом ТАСС сообщили в мэрии города.", "TASS"),
    ("ru", "Дорогу откроют весной, по данным «Ведомостей».", "Vedomosti"),
    ("uk", "Дорогу відкриють навесні, повідомляє Українська правда.", "Ukrainska Pravda"),
    ("bg", "Пътят ще бъде отворен, предаде Ройтерс.", "Reuters"),
    ("sr", "Put će biti otvoren, prenosi agencija Beta.", "Beta"),
    ("tr", "Mühendis, AA muhabirine yolun açılacağını söyledi.", "Anadolu Agency"),
    ("tr", "Reuters'ın haberine göre yol açılacak.", "Reuters"),
    ("ar", "وقال مهندس لرويترز إن الطريق سيفتح.", "Reuters"),
    ("ar", "ونقلت وكالة أنباء «يونهاب» أن الطريق سيفتح.", "Yonhap"),
    ("ar", "وبحسب وكالة فرانس برس فإن الطريق سيفتح.", "Agence France-Presse"),
    ("fa", "خبرگزاری رویترز گزارش داد که راه باز می‌شود.", "Reuters"),
    ("he", "על פי רויטרס, הכביש ייפתח.", "Reuters"),
    ("hi", "पीटीआई के अनुसार सड़क खुलेगी।", "Press Trust of India"),
    ("zh", "据路透社报道，道路将开放。", "Reuters"),
    ("zh", "工程师告诉法新社，道路将开放。", "Agence France-Presse"),
    ("ja", "ロイター通信によると、道路は開通する。", "Reuters"),
    ("ja", "AFPによると、道路は開通する。", "Agence France-Presse"),
    ("ko", "로이터통신에 따르면 도로가 열린다.", "Reuters"),
    ("ko", "AFP는 도로가 열린다고 보도했다.", "Agence France-Presse"),
    ("id", "Jalan akan dibuka, dikutip dari Reuters.", "Reuters"),
    ("vi", "Theo Reuters, con đường sẽ mở lại.", "Reuters"),
    ("th", "สำนักข่าวรอยเตอร์รายงานว่าถนนจะเปิด", "Reuters"),
]
PHOTOS = [
    ("ru", "Фото: Иван Иванов / ТАСС", "TASS"),
    ("ru", "Вид на плотину. © РИА Новости / Иван Иванов", "RIA Novosti"),
    ("tr", "[Fotoğraf: DHA]", "Demirören News Agency"),
    ("ar", "تصوير: رويترز", "Reuters"),
    ("he", "הסכר עם שחר (צילום: AP)", "Associated Press"),
    ("hi", "फोटो: रॉयटर्स", "Reuters"),
    ("zh", "大坝工地。新华社发（张三 摄）", "Xinhua"),
    ("zh", "大坝工地。图片来源：路透社", "Reuters"),
    ("ja", "夜明けのダム（写真：ロイター）", "Reuters"),
    ("ko", "새벽의 댐 [로이터=연합뉴스]", "Reuters"),
    ("ko", "새벽의 댐. (사진=뉴시스)", "Newsis"),
    ("vi", "Công nhân tại đập. Ảnh: TTXVN", "Vietnam News Agency"),
    ("id", "Foto: Antara/Budi", "Antara"),
]
WORDS = [
    ("ja", "両国は共同で調査し、時事問題を話し合った。"),
    ("ar", "وهذه هي المرة التاسعة، والقناة واسعة والعمل معا."),
    ("hi", "लोगों की भाषा और वार्ता का विषय बांध रहा।"),
    ("ru", "Новости и вести о плотине читают все, аргументы и звезды ни при чем."),
    ("tr", "İHA havalandı; Sabah güneşi Karar verdirdi, AA pil bitti."),
    ("ko", "관계자들은 판타스틱한 경치라고 말했다."),
    ("zh", "双方将共同修复大坝。"),
    ("id", "Jalan antara desa dan kota, tempo kerja cepat."),
    ("he", "בכל הארץ ירד גשם, וואלה מזל."),
]

NOTES = [
    ("ru", "Теги: ТАСС, плотина"),
    ("ru", "Источник: пресс-служба мэрии"),
    ("ru", "Источник фото: ТАСС"),
    ("ru", "Подписывайтесь на РИА Новости в Telegram"),
    ("tr", "Kaynak: HABER MERKEZİ"),
    ("tr", "Muhabir: Ali Veli"),
    ("ar", "المصدر: وزارة الري"),
    ("ar", "تابعوا رويترز على تويتر"),
    ("fa", "انتهای پیام/"),
    ("zh", "责任编辑：张三"),
    ("zh", "资料来源：国家统计局"),
    ("zh", "来源：网络"),
    ("ko", "저작권자 ⓒ 스프링필드신문 무단전재 및 재배포 금지"),
    ("id", "Editor: Sari"),
    ("vi", "Theo dõi chúng tôi trên Facebook"),
]


def told(found: tuple[Found, ...]) -> set[tuple[str, str]]:
    return {(one.kind.value, one.source) for one in found}


@pytest.mark.parametrize(("lang", "head", "source"), HEADS)
def test_a_dateline_names_the_origin(lang: str, head: str, source: str) -> None:
    """What stands before the first sentence says whose the text is."""
    origin = origin_of(read(head + PROSE[lang]))
    assert origin is not None
    assert origin.source == source


@pytest.mark.parametrize(("lang", "tail", "source"), TAILS)
def test_a_line_or_sign_off_names_the_origin(lang: str, tail: str, source: str) -> None:
    """What stands after the last sentence says whose the text is."""
    origin = origin_of(read(PROSE[lang] + tail))
    assert origin is not None
    assert origin.source == source


@pytest.mark.parametrize(("lang", "head", "tail", "source"), RELEASES)
def test_a_release_names_its_service(lang: str, head: str, tail: str, source: str) -> None:
    """A press-release service is the origin, as such."""
    origin = origin_of(read(head + PROSE[lang] + tail))
    assert origin is not None
    assert (origin.kind.value, origin.source) == ("press_release", source)


@pytest.mark.parametrize(("lang", "sentence", "source"), MIDDLES)
def test_a_source_named_in_the_middle_is_cited(lang: str, sentence: str, source: str) -> None:
    """Between other sentences the same words only say who claims something."""
    found = read(f"{PROSE[lang]} {sentence} {PROSE[lang]}")
    assert told(found) == {("citation", source)}


@pytest.mark.parametrize(("lang", "caption", "source"), PHOTOS)
def test_a_caption_credits_a_picture(lang: str, caption: str, source: str) -> None:
    """A photo credit is no origin, whether it stands before the text or in it."""
    for body in (f"{caption}\n\n{PROSE[lang]}", f"{PROSE[lang]}\n{caption}\n{PROSE[lang]}"):
        found = read(body)
        assert ("photo", source) in told(found)
        assert origin_of(found) is None


@pytest.mark.parametrize(("lang", "sentence"), WORDS)
def test_words_that_equal_a_name_are_none(lang: str, sentence: str) -> None:
    """Common words, parts of longer words and abbreviations credit nobody."""
    assert read(f"{sentence} {PROSE[lang]}") == ()
    assert read(f"{PROSE[lang]} {sentence}") == ()


@pytest.mark.parametrize(("lang", "line"), NOTES)
def test_a_line_of_the_outlet_itself_names_no_origin(lang: str, line: str) -> None:
    """Tags, staff, own rights and sources that are no publishers are no credit of the text."""
    found = read(f"{PROSE[lang]}\n{line}")
    assert {kind for kind, _ in told(found)} <= {"photo", "own"}


@pytest.mark.parametrize("lang", SENTENCES)
def test_prose_holds_no_credit(lang: str) -> None:
    """The sentences the other tests are made of credit nobody."""
    assert read(PROSE[lang]) == ()


def test_an_agency_on_its_own_site_credits_itself() -> None:
    """Under its own name in any script it is no other's text."""
    for lang, head, outlet in (
        ("ru", "МОСКВА, 25 мая. /ТАСС/. ", "ТАСС"),
        ("zh", "新华社北京3月3日电（记者张三）", "新华网"),
        ("fa", "به گزارش ایسنا، ", "ISNA"),
        ("ko", "(서울=연합뉴스) 홍길동 기자 = ", "Yonhap News Agency"),
    ):
        found = read(head + PROSE[lang], outlet=outlet)
        assert origin_of(found) is None, found
