"""What cannot be printed stops the document, and the message names the character and the field."""

import re
from dataclasses import replace

import pytest

from myositis_desktop.assets import asset
from myositis_desktop.documents import fonts, render_pharmacy, render_taper, render_treatment, render_workup, sign
from myositis_desktop.documents.identity import load_signer, make_signer
from myositis_desktop.errors import UserError
from tests.documents.reading import needs_poppler, poppler, words
from tests.documents.sample import AT, case, context, root, taper_pdf

SHOWN = [
    "Zoë Müller-Łukasz", "Siobhán O’Brien", "Þórarinn Ægisson",
    "Ελένη Παπαδοπούλου", "Γιώργος Ιωάννου",
    "Иван Žižek", "Олена Їжак",
    "Nguyễn Thị Đặng", "Trần Hữu Phước", "Lê Ngọc Quỳnh",
    "Հայկ Նազարյան", "ნინო", "አበበ",
    "محمد عبد الله الأحمدي", "فاطمة الزهراء", "نرگس حسینی‌نژاد", "عائشة لؤلؤ",
    "משה כהן־לוי", "שרה בן גוריון", "יעקב צ׳רניחובסקי",
    "श्रीमती क्षितिज त्रिपाठी", "रवि शंकर", "कृष्णा ज्ञानेश्वर",
    "น้ำผึ้ง ศรีสุวรรณ์", "สมชาย ใจดี",
    "王小明", "歐陽美麗", "山田太郎", "さくら タロウ", "김철수", "이영희 박",
    "≥ 5 → 3",
]  # fmt: skip
NOT_SHOWN = ["ᠮᠣᠩ", "தமிழ்", "👩", "\ue000"]


@pytest.mark.parametrize("name", SHOWN)
def test_a_name_in_a_shipped_script_passes(name: str) -> None:
    fonts.refuse_unprintable(name, "family name")
    assert fonts.markup(name, "family name")


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_a_character_without_a_glyph_is_named_with_its_field(name: str) -> None:
    with pytest.raises(UserError) as failure:
        fonts.markup(f"Ann {name}", "given name")
    assert f"U+{ord(name[0]):04X}" in str(failure.value)
    assert "given name" in str(failure.value)


def test_a_lone_surrogate_is_refused_without_breaking_the_message() -> None:
    with pytest.raises(UserError, match=r"U\+D800"):
        fonts.markup("Ann \ud800", "given name")


@pytest.mark.parametrize("render", [render_treatment, render_taper])
def test_a_document_with_an_unprintable_name_is_not_made(render: object) -> None:
    patient = replace(case().patient, given_name="தமிழ்")
    ctx = context(replace(case(), patient=patient))
    with pytest.raises(UserError, match="name of the patient"):
        (render_treatment if render is render_treatment else render_taper)(ctx, None)


def test_text_is_set_composed_and_without_invisible_characters() -> None:
    assert fonts.printable("Ne\u0301e\u200e \u00ad Example\n\tAnn") == "Née Example Ann"
    assert fonts.printable("5\N{NO-BREAK SPACE}mg") == "5\N{NO-BREAK SPACE}mg"


def test_markup_escapes_what_paragraphs_would_read_as_markup() -> None:
    assert fonts.markup("<b>R&D</b>", "reason") == "&lt;b&gt;R&amp;D&lt;/b&gt;"


def test_digits_of_text_faces_have_one_width() -> None:
    fonts.register()
    for face in (fonts.REGULAR, fonts.BOLD):
        assert len({fonts.width(digit, face, 11) for digit in "0123456789"}) == 1


def test_the_licence_of_the_fonts_travels_with_them() -> None:
    folder = asset("resources", "fonts")
    for licence in ("OFL.txt", "OFL-Nanum.txt"):
        assert "SIL OPEN FONT LICENSE" in folder.joinpath(licence).read_text(encoding="utf-8")
    assert "Apache License" in folder.joinpath("Apache-2.0.txt").read_text(encoding="utf-8")
    told = folder.joinpath("SOURCES.md").read_text(encoding="utf-8")
    shipped = [f.name.removesuffix(".ttf").split("-")[0] for f in folder.iterdir() if f.name.endswith(".ttf")]
    assert [name for name in shipped if name not in told] == []
    assert sum(len(f.read_bytes()) for f in folder.iterdir() if f.name.endswith(".ttf")) < 25_000_000


@needs_poppler
@pytest.mark.parametrize("name", SHOWN[:-1])
def test_names_of_every_shipped_script_can_be_copied_out_of_the_page(name: str) -> None:
    patient = replace(case().patient, family_name=name)
    pdf = render_workup(context(replace(case(), patient=patient)), None)
    assert f"{name}, Ann" in re.sub("[\u202a-\u202c]", "", words(pdf))
    rows = poppler("pdffonts", pdf).splitlines()[2:]
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


@needs_poppler
@pytest.mark.parametrize("name", ["محمد عبد الله ", "น้ำผึ้ง", "श्रीमती क्षितिज ", "山田太郎", "김철수 ", "משה כהן־לוי "])
def test_a_name_of_two_hundred_letters_stays_whole_in_every_script(name: str) -> None:
    long = (name * 40)[:200].strip()
    patient = replace(case().patient, family_name=long)
    for render in (render_workup, render_pharmacy):
        text = words(render(context(replace(case(), patient=patient)), None))
        found = re.sub("[\u202a-\u202c ]", "", text)
        assert fonts.printable(long).replace(" ", "") in found


@pytest.mark.parametrize("text", ["5 ملغ", "ملغ (5", "تناول 5 ملغ", "שלום 12", "٣ محمد"])
def test_a_number_beside_right_to_left_letters_stops_the_document(text: str) -> None:
    with pytest.raises(UserError, match="the wrong way round"):
        fonts.markup(text, "reason")


def test_a_number_that_stands_apart_from_right_to_left_letters_is_printed() -> None:
    assert "عيادة" in fonts.markup("عيادة · made 20 Nov 2026", "name of the clinic")


@needs_poppler
def test_a_signature_shows_a_name_in_any_script() -> None:
    for name in ("محمد عبد الله", "山田太郎", "รวิ ศรี"):
        signer = load_signer(make_signer(root(), name, "x", AT), "x")
        text = words(sign(taper_pdf(), signer, "author", AT))
        assert name in re.sub("[\u202a-\u202c]", "", text)


@needs_poppler
def test_every_font_of_a_document_is_embedded() -> None:
    for render in (render_treatment, render_taper):
        rows = poppler("pdffonts", render(context(), "draft")).splitlines()[2:]
        assert rows
        assert all("NotoSans" in row and row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)
