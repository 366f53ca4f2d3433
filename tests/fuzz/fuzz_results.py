"""Throws bytes at the reader of earlier results; a line gives a parsed article or one line of error.

    nice -n 15 python tests/fuzz/fuzz_results.py CORPUS_FOLDER -max_total_time=600 -max_len=20000 \
        -timeout=20 -rss_limit_mb=2500

needs atheris (extra ``dev``).  An empty corpus folder is filled with the results of a few sentences first.
What is read must also be writable again.
"""

import sys
import tempfile
from pathlib import Path

SENTENCES = (
    "Shells fell 40 km north of Kyiv.",
    "Moscow said that Lviv was quiet.",
    "Nothing was said of any place.",
)


def main() -> None:
    """Run until the time that the arguments give is over."""
    import atheris

    with atheris.instrument_imports(include=["crisismap.parsed"]):
        from crisismap.parsed import Mark, line_of, read_results

    from crisismap.errors import ArticleError
    from crisismap.gazetteer import Gazetteer
    from crisismap.geoparsing import Geoparser
    from crisismap.model import Article, Borders

    mark = Mark(Borders.INTERNATIONAL)
    folder = next((Path(a) for a in sys.argv[1:] if not a.startswith("-")), None)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            geoparser = Geoparser(Gazetteer.open())
            for number, text in enumerate(SENTENCES):
                line = line_of(geoparser.parse(Article(f"a{number}", text)), mark)
                (folder / str(number)).write_bytes(line)
    results = Path(tempfile.mkdtemp()) / "fuzz.jsonl"

    def one(data: bytes) -> None:
        results.write_bytes(data)
        errors: list[ArticleError] = []
        try:
            for parsed in read_results(results, on_error=errors.append):
                line_of(parsed, mark)
        except ArticleError as error:
            errors.append(error)
        for error in errors:
            message = str(error)
            assert message.splitlines() == [message], message
            assert len(message) < 1000, message

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
