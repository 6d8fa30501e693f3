"""Modules that register environments, each named by its name or by its file."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Final

FOLDERS: Final = "GANGWAY_MODULE_PATH"
_ENDING: Final = ".py"


class NoModule(ImportError):  # noqa: N818 - as RequestFailed
    """There is no such module; the text says what was expected and found."""


def add_folders() -> None:
    """Makes the folders that the variable names the last places where Python looks for modules.

    They are those of the PYTHONPATH of whoever started a private server. Last, they offer modules,
    but replace none of the packages that are installed here.
    """
    folders = os.environ.get(FOLDERS, "").split(os.pathsep)
    sys.path.extend(str(Path(folder).absolute()) for folder in folders if folder)


def import_named(module: str) -> str:
    """Imports a module, or a file NAME.py as the module NAME; gives the module's name.

    The file's directory becomes the first place where Python looks for modules, here and in the
    processes that this one starts, so that the file may import its neighbours.
    """
    name = module
    if module.endswith(_ENDING):
        file = Path(module).absolute()
        if not file.is_file():
            raise NoModule(f"expected a module's name or a Python file, found no file {module}")
        name = file.stem
        sys.path.insert(0, str(file.parent))
    importlib.import_module(name)
    return name
