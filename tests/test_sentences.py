import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisismap.sentences import split_sentences

# "‖" stands where one sentence ends and the next begins; the text has a space there.
PASSAGES = [
    "The visit comes after the U.S. accused the Kremlin of a plot.‖The U.S. has not provided details.",
    "Talks were held in the U.S.‖The delegation flew home on Friday.",
    "He moved to the U.S.‖The following year he left.",
    "U.S. President Joe Biden spoke.‖U.K. officials agreed.",
    "The U.S. Department of State said so.‖The U.S. Senate voted.",
    "Gen. Mark Milley met Lt. Col. Anna Smith in Kabul.‖They talked for an hour.",
    "Sen. Bernie Sanders, D-Vt., and Rep. Liz Cheney, R-Wyo., disagreed.",
    "Gov. Gavin Newsom toured Paradise, Calif., on Monday.‖The fire killed 85 people.",
    "The blaze began near Redding, Calif.‖Crews arrived at dawn.",
    "Police in St. Louis and St. Paul made arrests.‖Nobody was hurt.",
    "The army entered Ft. Bragg and Mt. Hermon.‖It rained.",
    "The quake struck at 5 p.m. Sunday near Palu.‖It was 7.5 in magnitude.",
    "The quake struck at 5 p.m.‖The tsunami followed.",
    "Shelling began at 4:30 a.m. Kyiv time.‖Sirens sounded.",
    "Gunmen took No. 5 Hospital in Homs.‖Staff fled.",
    "He answered no.‖Nobody believed him.",
    "J. K. Rowling and George W. Bush were there.‖So was J.R.R. Tolkien.",
    "The dollar fell 1.5 percent to 3.7 rubles.‖Oil rose.",
    '"We are leaving," she said.‖"There is no water."‖The camp emptied.',
    '"We will not leave!" he shouted.‖The crowd cheered.',
    '"Where is the aid?" asked Mayor Ali Hassan.‖Nobody knew.',
    "“The bridge is gone.”‖Soldiers said the road was cut.",
    "He said: “We saw smoke.‖Then we ran.”‖It was over by noon.",
    "(The ministry denied it.)‖Reporters saw the bodies.",
    "The town (pop. 5,000) was empty.‖Its people had fled.",
    "Officials said ... they would wait.‖Others did not.",
    "The siege goes on...‖Nobody counts the dead.",
    "He paused… and left.‖She stayed.",
    "WASHINGTON (AP) — The White House said Tuesday it would act.‖Congress did not.",
    "ALEPPO, Syria (Reuters) - Rebels withdrew.‖The army advanced.",
    "Dr. Tedros Adhanom Ghebreyesus of the W.H.O. said cases rose.‖He was in Geneva.",
    "Mr. and Mrs. Jones of Eaton Square Inc. died.‖Their son survived.",
    "Acme Corp. said it would close.‖Workers protested.",
    "He works for Acme Corp.‖The plant is closed.",
    "Yahoo! said it lost users.‖Google gained.",
    "The group, i.e. the militia, fled.‖Others, e.g. the police, stayed.",
    "In Jan. 2014 and on Sept. 11, 2001, attacks came.‖The war began.",
    "The vote is on Nov. 8.‖Turnout may be low.",
    "The case, Roe vs. Wade, ended.‖Judges left.",
    "Smith Jr. was held in Baghdad.‖He is 19.",
    "They shot Martin Luther King Jr.‖The city burned.",
    "Rain fell in Sudan, Chad, etc.‖Rivers rose.",
    "The troops left Fallujah.‖ISIL came.",
    "He was 34.‖She was 29.",
    "In 2014.‖In 2015 it ended.",
    "The U.N. Security Council met in New York.‖Russia vetoed.",
    "Aid reached the U.N.‖It was not enough.",
    "The plane, a Boeing No. 7, was lost.‖Search began.",
    "Is Kharkiv safe?‖Is Odesa?‖No!",
    '"Why?!" she cried.‖"Why now?!"',
    "The toll is 1,204.‖Most were children.",
    "Visit www.example.org for details.‖Call 555.0100.",
    "Contact john.doe@example.com.‖Thanks.",
    "The 3rd Brigade took Hill 402.‖It lost 12 men.",
    "Washington, D.C., was quiet.‖Baltimore was not.",
    "He flew to Washington, D.C.‖The president met him.",
    "Prof. Li of Peking Univ. spoke.‖Students listened.",
    "Maj. Gen. Igor Konashenkov said Russian forces struck.‖Ukraine denied it.",
    "The strike hit Ave. 5 in Mariupol.‖Windows broke.",
    "He lives on Main St.‖The police came.",
    "At 10 Downing St. Boris Johnson spoke.‖The pound fell.",
    "The vessel left at noon.‖eBay sold it.",
    "Some 40 km. from Mosul, fighting went on.‖It stopped at dusk.",
    "The statement (see p. 12) is clear.‖Read it.",
    "Op. cit. is Latin.‖So is et al. in papers.",
    '"Kyiv stands."‖That is what he said.',
    "The premier, Lee Hsien Loong Ph.D., resigned.‖His deputy took over.",
    "Flooding hit Beira, Mozambique.[1]‖Thousands fled.",
    "The court said Friday: 'No.'‖Lawyers appealed.",
    "Mexico's Pres. Lopez Obrador met Adm. Jose Ojeda.‖Then he left.",
    "北京发生地震。‖救援人员到达。",
    "警察が来た！‖誰もいない。",
    "وصلت القوات إلى حلب؟‖لا أحد يعرف۔",
    "दिल्ली में बाढ़ आई।‖लोग भागे।",
    "О взрыве сообщил г. Киев.‖Погибли трое.",
    "Kelly Clarkson sang in Tulsa, Okla.‖Fans came.",
    "A man from Portland, Ore., died.‖He was 40.",
    "The ship sailed from Norfolk, Va. on Monday.‖It carries 300.",
    "He grew up in Springfield, Ill.‖His mother was a nurse.",
    "REDDING, Calif. (AP) — Crews arrived.‖It rained.",
    "CAMP MURRAY, Wash. - Lt. Col. Ricky Thomas jokes.‖He laughs.",
    "It belongs to Acme Inc.‖Mr. Ryan was sold it.",
]


def pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize("passage", PASSAGES)
def test_news_wording(passage: str) -> None:
    assert pieces(passage.replace("‖", " ")) == passage.split("‖")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t ", []),
        ("no final stop", ["no final stop"]),
        ("KYIV\nShells fell", ["KYIV", "Shells fell"]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("One\u2028two\x85three", ["One", "two", "three"]),
        ("  One.   Two.  ", ["One.", "Two."]),
        ("1. Kyiv fell. 2. Lviv stood.", ["1. Kyiv fell.", "2. Lviv stood."]),
        ("北京发生地震。救援人员到达！", ["北京发生地震。", "救援人员到达！"]),
        ("「逃げろ。」彼は言った。", ["「逃げろ。」", "彼は言った。"]),
        ("თბილისი დაეცა. ხალხი გაიქცა.", ["თბილისი დაეცა.", "ხალხი გაიქცა."]),
        ("Homs fell . Hama stood .", ["Homs fell .", "Hama stood ."]),
        ("He said so.She left.", ["He said so.She left."]),
        ("🇺🇸 Help. 🙏 Pray.", ["🇺🇸 Help.", "🙏 Pray."]),
    ],
)
def test_shapes(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text() | st.text(alphabet=" .!?…\"')(]Aa1。۔\n\u2028-[,U"))
def test_sentences_cover_the_text_in_order(text: str) -> None:
    end = 0
    for index, sentence in enumerate(split_sentences(text)):
        assert sentence.index == index
        assert end <= sentence.start < sentence.end
        assert not text[end : sentence.start].strip()
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip()
        assert "\n" not in piece
        end = sentence.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "unit", [".", "(", ". ", "U.S. ", '. "', ".)", "1. ", " ", ".  (", "[1]", "a", "।", "।)"]
)
def test_a_long_line_takes_linear_time(unit: str) -> None:
    # Quadratic work would take hours here.
    text = "Kyiv fell." + unit * 300_000
    assert "".join(pieces(text)).replace(" ", "") == text.replace(" ", "")
