"""The base images of the builds: pulled, or made from this machine's own packages where no registry can be reached."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smoke.docker import ROOT, Failure, docker, run_loudly

_PULL_SECONDS = 600
_MIRROR = "http://deb.debian.org/debian"
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_SWIFT_NEEDS = (
    "binutils git libc6-dev libcurl4-openssl-dev libedit2 libgcc-12-dev libncurses6 libsqlite3-0 libstdc++-12-dev"
    " libxml2-dev libz3-4 pkg-config tzdata zlib1g-dev"
)
"""What the official image of Swift installs beside the toolchain."""


def provide_base_images() -> None:
    """Sees to it that both base images of the Dockerfile are there."""
    images = dict(re.findall(r"^ARG (\w+)_IMAGE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    for image, make in ((images["BASE"], _import_debian), (images["SWIFT"], _import_swift)):
        if _is_here(image) or _pull(image):
            continue
        print(f"  {image}: no registry answers, so it is made here")
        make(image)


def _is_here(image: str) -> bool:
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0


def _pull(image: str) -> bool:
    try:
        pulled = subprocess.run(
            ["docker", "pull", "--quiet", image], capture_output=True, timeout=_PULL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return pulled.returncode == 0


def _import_debian(image: str) -> None:
    if shutil.which("debootstrap") is None:
        raise Failure(f"{image} cannot be pulled, and debootstrap is missing: apt-get install debootstrap")
    suite = image.partition(":")[2].removesuffix("-slim")
    with tempfile.TemporaryDirectory(prefix="debootstrap-") as folder:
        run_loudly(
            ["debootstrap", "--variant=minbase", "--include=ca-certificates", suite, folder, _MIRROR],
            f"debootstrap of {suite} failed",
        )
        # A machine that knows its registries by certificates of its own builds with these too.
        shutil.copy(_CERTIFICATES, folder + _CERTIFICATES)
        _import_folder(folder, image)


def _import_folder(folder: str, image: str) -> None:
    with subprocess.Popen(["tar", "--directory", folder, "--create", "."], stdout=subprocess.PIPE) as archive:
        imported = subprocess.run(
            ["docker", "import", "-", image], stdin=archive.stdout, capture_output=True, check=False
        )
    if imported.returncode != 0:
        raise Failure(f"docker import of {image} failed: {imported.stderr.decode(errors='replace')}")


def _import_swift(image: str) -> None:
    """The toolchain on the PATH, on top of Debian, with the mirrors that git uses here."""
    swift = shutil.which("swift")
    if swift is None:
        raise Failure(f"{image} cannot be pulled, and there is no Swift on the PATH to make it from")
    usr = Path(swift).resolve().parents[1]
    base = re.search(r"^ARG BASE_IMAGE=(\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    recipe = (
        f"FROM {base}\nRUN apt-get update && apt-get install --yes --no-install-recommends {_SWIFT_NEEDS}"
        " && rm -rf /var/lib/apt/lists/*\n"
    )
    docker("build", "--network", "host", "--tag", "faultline/swift-needs", "-", text=recipe.encode())
    with _container("faultline/swift-needs") as container:
        # A debugger builds nothing.
        _copy_in(container, usr.parent, usr.name, "--exclude=*lldb*", "--exclude=usr/share", "--exclude=usr/local")
        for mirror in _git_mirrors():
            _copy_in(container, Path("/"), str(mirror.relative_to("/")))
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "etc").mkdir()
            (Path(folder) / "etc" / "gitconfig").write_text(_git_configuration())
            _copy_in(container, Path(folder), "etc")
        docker("commit", container, image)


@contextmanager
def _container(image: str) -> Iterator[str]:
    name = docker("create", image, "true").strip()
    try:
        yield name
    finally:
        docker("rm", "--force", name)


def _copy_in(container: str, folder: Path, name: str, *options: str) -> None:
    command = ["tar", "--directory", str(folder), "--create", *options, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as archive:
        copied = subprocess.run(
            ["docker", "cp", "-", f"{container}:/"], stdin=archive.stdout, capture_output=True, check=False
        )
    if copied.returncode != 0:
        raise Failure(f"docker cp of {folder / name} failed: {copied.stderr.decode(errors='replace')}")


def _git_rewrites() -> list[tuple[str, str]]:
    """Where git fetches from instead: (address as written, address or folder that is asked)."""
    listed = subprocess.run(
        ["git", "config", "--get-regexp", r"^url\..*\.insteadof$"], stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    pairs = (line.split(maxsplit=1) for line in listed.splitlines())
    return [(value, key[len("url.") : -len(".insteadof")]) for key, value in pairs]


def _git_mirrors() -> list[Path]:
    return sorted({Path(target) for _, target in _git_rewrites() if target.startswith("/") and Path(target).is_dir()})


def _git_configuration() -> str:
    rewrites = "".join(f'[url "{target}"]\n\tinsteadOf = {written}\n' for written, target in _git_rewrites())
    return f"{rewrites}[safe]\n\tdirectory = *\n"
