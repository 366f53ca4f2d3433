import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from crisismap.errors import GazetteerError
from crisismap.gazetteer.storage import read_arrays, write_arrays

DTYPES = st.sampled_from(["u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"])
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, max_dims=2, min_side=0)))
NAMES = st.text(min_size=1).filter(lambda name: name != "__metadata__")


@given(st.dictionaries(NAMES, ARRAYS, max_size=4))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray]) -> None:
    path = tmp_path_factory.mktemp("storage") / "arrays"
    write_arrays(path, "test", 3, arrays, {"note": "kept"})
    file = read_arrays(path, "test", 3)
    assert list(file.arrays) == list(arrays)
    assert file.metadata["note"] == "kept"
    for name, array in arrays.items():
        assert file[name].dtype == array.dtype
        np.testing.assert_array_equal(file[name], array)
        assert not file[name].flags.writeable


def test_equal_input_gives_equal_bytes_and_no_leftovers(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_arrays(tmp_path / name, "test", 1, {"x": np.arange(5, dtype="<u4"), "s": ["é", "", "c"]})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert read_arrays(tmp_path / "a", "test", 1).strings("s") == ["é", "", "c"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    write_arrays(path, "test", 1, {"x": np.zeros(1, "u1")})
    before = path.read_bytes()
    with pytest.raises(KeyError):
        write_arrays(path, "test", 1, {"x": np.zeros(1, "c16")})
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["arrays"]


def _file(header: object, body: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return len(head).to_bytes(8, "little") + head + body


META = {"crisismap": "test", "version": "1"}
GOOD = {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"short",
        b"\xff" * 64,
        b"PK\x03\x04 a zip file of another program",
        _file([]),
        _file({"x": GOOD}, b"1234"),
        _file({"__metadata__": {"crisismap": "test"}}),
        _file({"__metadata__": {"crisismap": "test", "version": "one"}}),
        _file({"__metadata__": META, "x": GOOD}, b"123"),
        _file({"__metadata__": META, "x": GOOD | {"shape": [5]}}, b"1234"),
        _file({"__metadata__": META, "x": GOOD | {"data_offsets": [-4, 0]}}, b"1234"),
        _file({"__metadata__": META, "x": GOOD | {"dtype": "O"}}, b"1234"),
        _file({"__metadata__": META, "x": None}, b"1234"),
    ],
)
def test_damaged_files_are_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.gaz"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=r"damaged\.gaz: .*crisismap gazetteer build"):
        read_arrays(path, "test", 1)


def test_missing_file_other_kind_other_version_and_missing_array(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    with pytest.raises(GazetteerError, match="no such file"):
        read_arrays(path, "test", 1)
    write_arrays(path, "test", 1, {})
    with pytest.raises(GazetteerError, match="holds 'test' in format 1, wanted 'gazetteer' in format 1"):
        read_arrays(path, "gazetteer", 1)
    with pytest.raises(GazetteerError, match="wanted 'test' in format 2"):
        read_arrays(path, "test", 2)
    with pytest.raises(GazetteerError, match="no array 'x'"):
        read_arrays(path, "test", 1)["x"]
    with pytest.raises(GazetteerError, match="cannot be opened"):
        read_arrays(tmp_path, "test", 1)


@given(st.data())
def test_a_flipped_byte_anywhere_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("storage") / "arrays"
    arrays = {"x": np.arange(7, dtype="<u2"), "empty": np.zeros(0, "u1"), "y": np.ones((2, 3), "<f8")}
    write_arrays(path, "test", 2, arrays, {"note": "kept"})
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        file = read_arrays(path, "test", 2)
    except GazetteerError as error:
        assert str(path) in str(error)
        return
    # What lies between the arrays is nobody's.
    assert file.metadata["note"] == "kept"
    for name, array in arrays.items():
        np.testing.assert_array_equal(file[name], array)


def test_large_files_are_checked_where_it_matters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crisismap.gazetteer.storage._CHECKED_WHOLE", 0)
    path = tmp_path / "arrays"
    write_arrays(path, "test", 2, {"x": np.zeros(64, "u1"), "trie": np.ones(64, "u1")})
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\0" * 64, b"\0" * 63 + b"\2"))
    file = read_arrays(path, "test", 2, check=["trie"])
    with pytest.raises(GazetteerError, match="the file is damaged in 'x'"):
        file.verify()
    path.write_bytes(content.replace(b"\1" * 64, b"\1" * 63 + b"\2"))
    with pytest.raises(GazetteerError, match="the file is damaged in 'trie'"):
        read_arrays(path, "test", 2, check=["trie"])


def test_checksums_cannot_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "arrays"
    path.write_bytes(_file({"__metadata__": META | {"version": "2"}, "x": GOOD}, b"1234"))
    with pytest.raises(GazetteerError, match="the file is damaged in its header"):
        read_arrays(path, "test", 2)
