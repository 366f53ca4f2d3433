"""The command line as a user meets it: output, exit status, one clear line for what goes wrong."""

import json
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from crisismap import __version__
from crisismap.cli import main

ROOT = Path(__file__).parents[1]
SEEDS = str(ROOT / "seeds")


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture(scope="module")
def seed_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "crisis.html"
    result = run("map", SEEDS, "-o", path)
    assert result.exit_code == 0, result.output
    return path


def test_map_writes_one_page_and_says_what_is_on_it(tmp_path: Path) -> None:
    result = run("map", SEEDS, "-o", tmp_path / "crisis.html")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "crisis.html: 1 article, " in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["crisis.html"]


def test_maps_are_made_again_by_default_byte_for_byte(seed_map: Path) -> None:
    before = seed_map.read_bytes()
    assert run("map", SEEDS, "-o", seed_map).exit_code == 0
    assert seed_map.read_bytes() == before


def test_the_committed_map_is_what_the_command_makes(seed_map: Path) -> None:
    assert (ROOT / "maps" / "crisis.html").read_bytes() == seed_map.read_bytes()


def test_an_existing_map_can_be_kept(seed_map: Path) -> None:
    result = run("map", SEEDS, "-o", seed_map, "--no-overwrite")
    assert result.exit_code == 1
    assert "exists already" in result.stderr


def test_quiet_says_nothing(tmp_path: Path) -> None:
    result = run("-q", "map", SEEDS, "-o", tmp_path / "crisis.html")
    assert (result.exit_code, result.output) == (0, "")


def test_export_geojson_and_refuse_to_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "crisis.geojson"
    assert run("export", SEEDS, "-o", path).exit_code == 0
    collection = json.loads(path.read_text())
    assert collection["type"] == "FeatureCollection"
    names = {feature["properties"]["place_name"] for feature in collection["features"]}
    assert {"Kyiv", "Moscow", "Ukraine", "Romania"} <= names
    second = run("export", SEEDS, "-o", path)
    assert second.exit_code == 1
    assert "--overwrite" in second.stderr
    assert run("export", SEEDS, "-o", path, "--overwrite").exit_code == 0


def test_the_worldview_is_chosen_with_borders(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Border\n\nUkraine's border with Russia was closed.\n", encoding="utf-8")
    souths = {}
    for borders in ("international", "de-facto"):
        path = tmp_path / f"{borders}.geojson"
        assert run("export", article, "-o", path, "--borders", borders).exit_code == 0
        collection = json.loads(path.read_text(encoding="utf-8"))
        assert collection["borders"] == borders
        assert {item["properties"]["borders"] for item in collection["features"]} == {borders}
        [line] = [item for item in collection["features"] if item["geometry"]["type"] == "MultiLineString"]
        souths[borders] = min(lat for part in line["geometry"]["coordinates"] for _, lat in part)
        page = tmp_path / f"{borders}.html"
        assert run("map", article, "-o", page, "--borders", borders).exit_code == 0
        assert f'"borders":"{borders}"' in page.read_text(encoding="utf-8")
    assert souths["de-facto"] < 46.3 < souths["international"], "de facto, it also runs north of Crimea"
    wrong = run("map", article, "-o", page, "--borders", "russian")
    assert wrong.exit_code == 2
    assert "'russian' is not one of 'international', 'de-facto'" in wrong.stderr


def test_export_follows_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "crisis.jsonl"
    assert run("export", SEEDS, "-o", path).exit_code == 0
    [record] = [json.loads(line) for line in path.read_text().splitlines()]
    assert record["id"] == "000_be5d01cd34986195"
    assert record["date"] == "2022-02-04"
    for mention in record["mentions"]:
        assert record["text"][mention["start"] : mention["end"]] == mention["text"]
    [borders] = [mention for mention in record["mentions"] if mention["kind"] == "expression"]
    assert borders["relation"] == "border"
    assert borders["geometry"]["type"] == "MultiLineString"


def test_given_spans_and_nothing_else(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "text": "Kyiv and Lviv", "toponyms": [{"start": 9, "end": 13}]},
        {"id": "b", "text": "Kyiv and Qwxyzzy", "toponyms": [{"start": 9, "end": 16}]},
    ]
    source.write_text("\n".join(map(json.dumps, lines)))
    assert run("export", source, "-o", target, "--given-spans").exit_code == 0
    records = [json.loads(line) for line in target.read_text().splitlines()]
    mentions = [mention for record in records for mention in record["mentions"]]
    assert [(m["text"], m["place"] and m["place"]["id"]) for m in mentions] == [
        ("Lviv", "geonames:702550"),
        ("Qwxyzzy", None),
    ]


def test_standard_input(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert run("export", "-", "-o", target, stdin="Shelling was heard in Kharkiv.").exit_code == 0
    assert [m["text"] for m in json.loads(target.read_text())["mentions"]] == ["Kharkiv"]


def test_one_bad_article_does_not_cost_the_others(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "good.txt").write_text("Floods in Sylhet.")
    (articles / "empty.txt").write_text("")
    target = tmp_path / "out.jsonl"
    result = run("export", articles, "-o", target)
    assert result.exit_code == 0
    assert "skipped" in result.stderr
    assert "empty.txt" in result.stderr
    assert len(target.read_text().splitlines()) == 1


@pytest.mark.parametrize("command", ["map", "export", "explain"])
def test_nothing_to_read_is_an_error_and_writes_nothing(tmp_path: Path, command: str) -> None:
    target = tmp_path / ("out.html" if command == "map" else "out.geojson")
    options = [] if command == "explain" else ["-o", target]
    result = run(command, tmp_path / "missing.txt", *options)
    assert result.exit_code == 1
    assert "missing.txt" in result.stderr
    assert "Traceback" not in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", SEEDS, "-o", "crisis.xyz"], "unknown extension '.xyz'"),
        (["export", SEEDS, "-o", "/nowhere/crisis.geojson"], "there is no folder '/nowhere'"),
        (["map", SEEDS, "-o", "/tmp"], "is a folder"),
        (["find", "Qwxyzzy"], "no place called 'Qwxyzzy'"),
        (["find", "Kyiv", "--gazetteer", "nowhere.gaz"], "nowhere.gaz: no such file"),
        (["explain", SEEDS, "--name", "Atlantis"], "no mention of 'Atlantis'"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["map"], ["export", SEEDS], ["nonsense"], ["find", "Kyiv", "-n", "0"]])
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_find_shows_every_place_of_a_name() -> None:
    result = run("find", "Tripoli", "-n", "2")
    assert result.exit_code == 0
    rows = result.stdout.splitlines()
    assert len(rows) == 3
    assert "geonames:2210247" in rows[1]
    assert "geonames:266826" in rows[2]
    assert "more" in result.stderr


def test_find_says_what_a_place_is_and_what_it_lies_in() -> None:
    result = run("find", "Paris, Texas")
    assert result.exit_code == 0
    header, row = result.stdout.splitlines()
    assert header.split() == ["name", "id", "kind", "within", "population", "lat,", "lon", "name", "is"]
    assert re.split(r"  +", row) == [
        "Paris",
        "geonames:4717560",
        "town",
        "Lamar County, Texas, United States",
        "24,782",
        "33.6609, -95.5555",
        "primary",
    ]


def test_find_as_json_has_documented_keys() -> None:
    result = run("find", "Tripoli", "-n", "2", "--json")
    assert result.exit_code == 0
    records = json.loads(result.stdout)
    assert [record["id"] for record in records] == ["geonames:2210247", "geonames:266826"]
    page = (ROOT / "docs" / "geocoding.md").read_text("utf-8")
    documented = re.findall(r"^\| `(\w+)`", page, re.MULTILINE)
    assert [list(record) for record in records] == [documented, documented]
    assert (records[0]["country_name"], records[0]["tier"], records[0]["source"]) == (
        "Libya",
        "primary",
        "gazetteer",
    )


def test_find_offers_names_that_are_nearly_the_same() -> None:
    result = run("find", "Khrakiv")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("no place called 'Khrakiv'; did you mean Kharkiv")
    assert len(result.stderr.splitlines()) == 1
    as_json = run("find", "Qwxyzzy", "--json")
    assert (as_json.exit_code, json.loads(as_json.stdout)) == (1, [])


def test_find_asks_no_one_unless_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    assert run("find", "Qwxyzzy").exit_code == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--online", "nominatim"], "needs --user-agent"),
        (["--online", "ftp://x", "--user-agent", "me@example.org"], "'ftp://x'"),
        (["--online", "elsewhere", "--user-agent", "me@example.org"], "'elsewhere'"),
    ],
)
def test_find_online_wants_a_server_and_a_sender(options: list[str], says: str) -> None:
    result = run("find", "Qwxyzzy", *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_find_online_asks_the_given_server_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    asked: list[tuple[str, str | None]] = []
    answer = {
        "osm_type": "node",
        "osm_id": 7,
        "lat": "57.1",
        "lon": "-4.7",
        "name": "Qwxyzzy\x1b[2J",
        "type": "isolated_dwelling",
        "display_name": "Qwxyzzy, Highland, United Kingdom",
        "address": {"state": "Scotland", "country": "United Kingdom", "country_code": "gb"},
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["User-Agent"]))
            body = json.dumps([answer]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/nominatim"
        options = ["--online", url, "--user-agent", "me@example.org"]
        known = run("find", "Kyiv", *options)
        shown = run("find", "Qwxyzzy", *options)
        [record] = json.loads(run("find", "Qwxyzzy", "--json", *options).stdout)
        server.shutdown()
    assert known.exit_code == shown.exit_code == 0
    assert "\x1b" not in shown.stdout
    assert "Scotland, United Kingdom" in shown.stdout
    assert url in shown.stdout
    assert (record["id"], record["kind"], record["country_code"]) == ("osm:node/7", "isolated dwelling", "GB")
    assert (record["lat"], record["lon"], record["source"], record["tier"]) == (57.1, -4.7, url, "")
    [(path, sender)] = asked
    assert path.startswith("/nominatim/search?q=Qwxyzzy&")
    assert sender == "me@example.org"


def test_explain_shows_the_candidates_and_the_sentence() -> None:
    result = run("explain", SEEDS, "--name", "beijing")
    assert result.exit_code == 0
    assert "“Putin, who is meeting with Chinese President Xi Jingping in Beijing" in result.stdout
    assert "geonames:1816670" in result.stdout


def test_article_text_cannot_steer_the_terminal(tmp_path: Path) -> None:
    source = tmp_path / "a.jsonl"
    source.write_text(
        json.dumps({"id": "a", "text": "Troops left Kyiv \x1b[2J\x1b]0;owned\x07 \u202e today."})
    )
    result = run("explain", source)
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "\\x1b[2J" in result.stdout


def test_gazetteer_info_names_sources_and_licenses() -> None:
    result = run("gazetteer", "info")
    assert result.exit_code == 0
    assert "CC-BY-4.0" in result.stdout
    assert "sha256" in result.stdout


def test_evaluate_prints_a_table_or_json(tmp_path: Path) -> None:
    gold = tmp_path / "tiny.jsonl"
    toponym = {
        "start": 9,
        "end": 13,
        "type": "",
        "place_id": "geonames:703448",
        "lat": 50.45,
        "lon": 30.52,
        "text": "Kyiv",
    }
    gold.write_text(json.dumps({"id": "a", "text": "Talks in Kyiv.", "toponyms": [toponym]}))
    table = run("evaluate", gold)
    assert table.exit_code == 0
    assert "Acc@161" in table.stdout
    scores = json.loads(run("evaluate", gold, "--json").stdout)
    assert scores["corpus"] == "tiny"
    assert scores["resolution"]["acc_161"] == 1.0

    missing = tmp_path / "missing.jsonl"
    span = toponym | {"start": 0, "end": 5, "text": "Talks"}
    missing.write_text(json.dumps({"id": "a", "text": "Talks on.", "toponyms": [span]}))
    assert "not recognized 1" in " ".join(run("evaluate", missing, "--errors", 1).stdout.split())
    lines = run("evaluate", missing, "--errors", 1, "--json").stdout.splitlines()
    assert [json.loads(line).get("mistake") for line in lines] == [None, "not recognized"]


def test_version_and_help() -> None:
    assert __version__ in run("--version").stdout
    for command in ([], ["map"], ["export"], ["find"], ["explain"], ["evaluate"], ["gazetteer", "build"]):
        result = run(*command, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from crisismap.cli import main;"
        "CliRunner().invoke(main, ['--help']);"
        "print([m for m in ('numpy', 'shapely', 'geopandas', 'folium', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


CAMPS = "name,lon,lat,aliases\nKilo 26,32.35,13.22,K26\nZaatari,36.329,32.295,Za'atari Camp\n"


@pytest.fixture
def camps(tmp_path: Path) -> Path:
    path = tmp_path / "camps.csv"
    path.write_text(CAMPS)
    return path


def test_own_places_are_found_drawn_and_exported(tmp_path: Path, camps: Path) -> None:
    (tmp_path / "a.txt").write_text("Shells hit Kilo 26 and a clinic in Zaatari in Jordan on Monday.")
    for command in ("export", "map", "explain"):
        target = tmp_path / {"export": "out.jsonl", "map": "out.html", "explain": "-"}[command]
        output = [] if command == "explain" else ["-o", target]
        result = run(command, tmp_path / "a.txt", *output, "--places", camps)
        assert result.exit_code == 0, result.output
        shown = result.stdout if command == "explain" else target.read_text()
        for wanted in ("32.35", "36.329") if command == "map" else ("places:camps:1", "places:camps:2"):
            assert wanted in shown, command


def test_find_own_places_from_several_files(tmp_path: Path, camps: Path) -> None:
    more = tmp_path / "more.csv"
    more.write_text("name,lon,lat,id\nKilo 27,32,13,hdx:27\n")
    for name, place_id in (
        ("za'atari camp", "places:camps:2"),
        ("Kilo 27", "hdx:27"),
        ("Kyiv", "geonames:703448"),
    ):
        result = run("find", name, "--places", camps, "--places", more)
        assert result.exit_code == 0
        assert place_id in result.stdout
    assert run("find", "Kilo 26").exit_code == 1


def test_a_bad_cell_is_named(camps: Path) -> None:
    camps.write_text(CAMPS.replace("13.22", "north"))
    result = run("find", "Kyiv", "--places", camps)
    assert result.exit_code == 1
    assert result.stderr == (f"crisismap: {camps}:2: lat 'north': want decimal degrees from -90 to 90\n")


def dump_row(number: int, name: str, feature: str = "PPL") -> str:
    cells = [str(number), name, name, "", "50", "30", "P", feature, "UA", "", "", "", "", "", "1000"]
    return "\t".join([*cells, "", "", "", "2022-02-04"]) + "\n"


def test_a_dump_is_built_and_used(tmp_path: Path) -> None:
    dump, mine = tmp_path / "allCountries.txt", tmp_path / "my.gaz"
    dump.write_text(dump_row(1, "Kyiv") + dump_row(2, "Qwxyzzy") + "broken\n")
    result = run("gazetteer", "build", "--geonames", dump, "-o", mine)
    assert result.exit_code == 0, result.output
    assert "3 rows in" in result.stderr
    assert "rows/s" in result.stderr
    found = run("find", "Qwxyzzy", "--gazetteer", mine)
    assert "geonames:2" in found.stdout
    info = run("gazetteer", "info", "--gazetteer", mine).stdout
    assert "3, of them 1 bad" in info
    assert "GeoNames allCountries.txt" in info
    again = run("gazetteer", "build", "--geonames", dump, "-o", mine)
    assert again.exit_code == 1
    assert "--overwrite" in again.stderr
    assert run("gazetteer", "build", "--geonames", dump, "-o", mine, "--overwrite").exit_code == 0


def test_builds_that_make_no_sense(tmp_path: Path) -> None:
    dump = tmp_path / "allCountries.txt"
    dump.write_text("name,lon,lat\n")
    no_dump = run("gazetteer", "build", "--geonames", dump, "-o", tmp_path / "my.gaz")
    assert no_dump.exit_code == 1
    assert "this is no GeoNames dump" in no_dump.stderr
    assert run("gazetteer", "build", "--geonames", dump).exit_code == 2
    assert run("gazetteer", "build", "--alternate-names", dump).exit_code == 2
    assert run("gazetteer", "build", "-o", dump).exit_code == 2
    wrong = run("gazetteer", "build", "--geonames", dump, "-o", tmp_path / "x.gaz", "--feature-classes", "XY")
    assert wrong.exit_code == 1
    assert "'X' is none of" in wrong.stderr


@pytest.mark.parametrize("recognizer", ["neural", "fast"])
def test_the_recognizer_can_be_chosen(tmp_path: Path, recognizer: str) -> None:
    (tmp_path / "a.txt").write_text("Rebels hold Goma.")
    result = run("export", tmp_path / "a.txt", "-o", tmp_path / "out.jsonl", "--recognizer", recognizer)
    assert result.exit_code == 0, result.output
    [mention] = json.loads((tmp_path / "out.jsonl").read_text())["mentions"]
    assert mention["text"] == "Goma"
    assert run("export", tmp_path / "a.txt", "-o", "-", "--recognizer", "slow").exit_code == 2


def test_the_home_of_an_outlet_decides_between_namesakes(tmp_path: Path) -> None:
    line = '{{"id": "{0}", "text": "Fire broke out in Springfield late on {1}.", "source": "{0}"}}\n'
    (tmp_path / "in.jsonl").write_text(line.format("Herald", "Monday") + line.format("Courier", "Friday"))
    homes = ("--home", "Herald=Chicago", "--home", "Boston, Massachusetts")
    result = run("export", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", *homes)
    assert result.exit_code == 0, result.stderr
    articles = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [article["mentions"][0]["place"]["id"] for article in articles] == [
        "geonames:4250542",  # in Illinois
        "geonames:4951788",  # in Massachusetts
    ]


@pytest.mark.parametrize(
    ("options", "springfield"), [((), "geonames:4250542"), (("--home", "none"), "geonames:4409896")]
)
def test_the_home_of_an_outlet_is_guessed_from_its_articles(
    tmp_path: Path, options: tuple[str, ...], springfield: str
) -> None:
    texts = [
        "Chicago police met.",
        "A parade in Chicago.",
        "Chicago, Illinois, is cold.",
        "Fire in Springfield.",
    ]
    lines = [json.dumps({"text": text, "source": "Herald"}) for text in texts]
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    result = run("export", tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl", *options)
    assert result.exit_code == 0, result.stderr
    *_, last = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(last)["mentions"][0]["place"]["id"] == springfield


def test_an_unknown_home_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Fire broke out in Springfield.")
    result = run("export", tmp_path / "a.txt", "-o", "-", "--home", "Herald=Xyzzyville")
    assert result.exit_code == 1
    assert result.stderr == (
        "crisismap: --home 'Herald=Xyzzyville': no place 'Xyzzyville' in the gazetteer; "
        "'crisismap find' shows what there is\n"
    )
