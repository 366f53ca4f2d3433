"""Articles that are hard to carry from one program to another."""

import datetime as dt

from crisismap.model import Article

__all__ = ["ARTICLES"]

_SITE = "https://www.example.org/2022/02"
_SENTENCES = (
    "Shells hit the outskirts of Kharkiv on day {n}, and {m} families left for Poltava before noon.",
    "In Lviv (Львів), {m} kilometres to the west, volunteers counted {n} trains to Przemyśl.",
    "“Nobody sleeps here,” said a teacher from Izium; her street has {m} houses and {n} cellars.",
)


def _article(identity: str, title: str, text: str, day: str = "2022-02-04", **rest: str) -> Article:
    address = f"{_SITE}/{identity}.html?id={len(identity)}&lang=en"
    date = dt.date.fromisoformat(day) if day else None
    return Article(identity, text, title, rest.get("url", address), date, rest.get("source", "example.org"))


def _long() -> str:
    lines = [_SENTENCES[n % 3].format(n=n, m=7 * n + 2) for n in range(1, 61)]
    return "\n\n".join(" ".join(lines[n : n + 4]) for n in range(0, 60, 4))


_ARTICLES = (
    _article(
        "kyiv",
        "Kyiv shelled before dawn",
        "Shells hit the outskirts of Kyiv (Київ) before dawn on Friday, the mayor said.\n"
        "In Odesa, Одеса to those who live there, the port stayed open all night.",
    ),
    _article(
        "beijing",
        "Beijing (北京) and Taipei (台北) trade words",
        "Officials in Beijing, which is 北京 in Chinese, said on Monday that ships had left 上海.\n"
        "Tokyo, written 東京, and Seoul, 서울, asked both sides to speak to each other.",
        "1999-12-31",
        source="新华社",
    ),
    _article(
        "arabic",
        "Aleppo, حلب, is quiet",
        "The road from Damascus (دمشق) to Aleppo (حلب) was open again on Tuesday, drivers said.\n"
        "A sign in العربية and עברית hangs over the market, and nobody has taken it down.",
        source="الجزيرة",
    ),
    _article(
        "quotes",
        'The "quiet" line; it\'s anything, but | quiet',
        'He said "no"; then, in Lyman, he said \'yes\', twice: "yes", ""yes"".\n'
        '"The front," one soldier wrote; "runs from Kupiansk | Svatove to Kreminna, or so."',
    ),
    _article(
        "ends",
        "One title\tin\r\ntwo lines",
        "A first line from Mariupol\twith a tab in it.\r\nA second one, and then a blank one.\r\n\r\n"
        "A third from Berdiansk,\nand a fourth, which closes the report from the coast.",
    ),
    _article("long", "Sixty days in Kharkiv", _long()),
    _article(
        "undated",
        "Nobody knows when",
        "Some day, someone wrote that the bridge at Antonivka near Kherson had been hit.\n"
        "The page says who wrote it and where, but not when, and so does every copy of it.",
        "",
    ),
    _article(
        "emoji",
        "Flags over Bucha 🇺🇦",
        "Children in Bucha painted flags 🇺🇦 and families 👨‍👩‍👧 on the wall of their school 🏫.\n"
        "A café owner in Zürich sent coffee; his cafe\u0301 is written with an accent of its own.",
    ),
    _article(
        "formulas",
        "=cmd|' /C calc'!A0",
        "=cmd() is how this report from Donetsk begins, and nobody at the paper knows why.\n"
        "-1+1 @SUM(A1:A9) is how its second paragraph begins, before it turns to Luhansk.",
        source="@SUM(1+1)*cmd",
    ),
    _article(
        "angles",
        "Rivers <b> & </i> borders",
        "A line <b>in bold</b> from Minsk, where a < b && c > d, and <script>alert(1)</script> was typed.\n"
        "The rest, ]]> and &amp; and &lt;Гомель&gt; and <!-- all -->, is from a reader in Gomel.",
    ),
    _article(
        "escapes",
        "NULL",
        "A report \\N from \\n Sumy \\t with \\ and \\\\ and \\. and %s and {0} and $HOME and \\u0041.\n"
        "\\.\nNA, nan and null were the last words that came over the wire from Chernihiv.",
        source="NA",
    ),
    _article(
        "breaks",
        "Lines that some programs end",
        "One line from Zaporizhzhia\u2028that goes on\u2029and on\u00a0and on, a\u200bcross the river\ufeff "
        "and back.\n"
        "The second line, from Nikopol, has nothing in it that anyone could fall over.",
    ),
    _article(
        "nowhere",
        "",
        "This one has neither a title nor an address; a press agency in Warsaw sent it out.\n"
        "It tells of a hospital in Vinnytsia, and of the road that leads there from Uman.",
        url="",
        source="Польська агенція",
    ),
)

ARTICLES = tuple(sorted(_ARTICLES, key=lambda article: article.id))
"""English articles with names in other scripts, and with everything that some format divides by, escapes,
runs or throws away; in the order in which a folder of them is read."""
