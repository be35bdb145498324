"""What must be there before anything starts: packages, the virtual environment, executables."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from launcher.configuration.locations import ROOT, given_python, prebuilt
from launcher.preparation.model_weights import prepare_model
from launcher.preparation.session_recorder import prepare_recorder
from launcher.preparation.swift_build import PRODUCTS, SUITE, build_executables, require_swift, up_to_date
from launcher.preparation.system_packages import (
    BROWSER_PACKAGES,
    BUILD_PACKAGES,
    VENV_PACKAGE,
    SystemPackage,
    install_missing,
)
from launcher.preparation.virtual_environment import install_requirements
from launcher.terminal.progress import Progress

SUITE_REQUIREMENTS = (ROOT / "launcher" / "requirements.txt", ROOT / "clickhouse" / "embedded" / "requirements.txt")
BROWSER_REQUIREMENTS = ROOT / "browsers" / "requirements.txt"


def prepare(progress: Progress, *, only_suite: bool = False, with_browsers: bool = False) -> None:
    """Makes everything that ``up`` and those who ask a suite need; takes milliseconds when it is all there.

    ``only_suite`` leaves out what asks it.

    ``FAULTLINE_BIN_DIR`` (executables built elsewhere) and ``FAULTLINE_PYTHON`` (an interpreter that
    has the requirements) each leave out their part.
    """
    products = SUITE if only_suite else PRODUCTS
    packages: list[SystemPackage] = []
    if not prebuilt():
        if not up_to_date(products):
            require_swift()
        packages += BUILD_PACKAGES
    if not given_python():
        packages.append(VENV_PACKAGE)
    if with_browsers:
        packages += BROWSER_PACKAGES
    install_missing(packages, progress)
    with ThreadPoolExecutor(max_workers=1) as beside:
        # What is downloaded comes while the compiler works.
        installation = beside.submit(_install_requirements, progress, with_browsers)
        if not prebuilt():
            build_executables(progress, products)
        installation.result()


def _install_requirements(progress: Progress, with_browsers: bool) -> None:
    if not given_python():
        files = (*SUITE_REQUIREMENTS, BROWSER_REQUIREMENTS) if with_browsers else SUITE_REQUIREMENTS
        install_requirements([path for path in files if path.exists()], progress)
    prepare_model(progress)
    prepare_recorder(progress)
