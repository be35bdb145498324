"""What must be there before anything starts: packages, the virtual environment, executables."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from launcher.configuration.locations import ROOT, given_python, prebuilt
from launcher.preparation.model_weights import prepare_model
from launcher.preparation.swift_build import build_executables, require_swift, up_to_date
from launcher.preparation.system_packages import BUILD_PACKAGES, VENV_PACKAGE, SystemPackage, install_missing
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

SUITE_REQUIREMENTS = (ROOT / "launcher" / "requirements.txt", ROOT / "clickhouse" / "embedded" / "requirements.txt")


def prepare(progress: Progress) -> None:
    """Makes everything that ``up`` needs; takes milliseconds when it is all there.

    ``FAULTLINE_BIN_DIR`` (executables built elsewhere) and ``FAULTLINE_PYTHON`` (an interpreter that
    has the requirements) each leave out their part.
    """
    packages: list[SystemPackage] = []
    if not prebuilt():
        if not up_to_date():
            require_swift()
        packages += BUILD_PACKAGES
    if not given_python():
        packages.append(VENV_PACKAGE)
    install_missing(packages, progress)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # What is downloaded comes while the compiler works.
        installation = beside.submit(_install_requirements, progress)
        if not prebuilt():
            build_executables(progress)
        installation.result()


def _install_requirements(progress: Progress) -> None:
    if not given_python():
        install_requirements([path for path in SUITE_REQUIREMENTS if path.exists()], progress)
    prepare_model(progress)
