"""Prints what scripts/setup/python.mjs needs to know of an interpreter, as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
import sysconfig
from pathlib import Path


def library() -> str | None:
    """The shared libpython of this interpreter, or None."""
    for folder in folders():
        for name in names():
            path = Path(folder, name)
            if path.is_file():
                return str(path.resolve())
    return None


def names() -> list[str]:
    if os.name == 'nt':
        return [f'python{sys.version_info[0]}{sys.version_info[1]}.dll']
    found = [sysconfig.get_config_var(key) for key in ('INSTSONAME', 'LDLIBRARY')]
    return [name for name in found if name and not name.endswith('.a')]


def folders() -> list[str]:
    variables = sysconfig.get_config_vars()
    libdir = variables.get('LIBDIR') or sys.base_prefix
    debian = str(Path(libdir, variables.get('MULTIARCH') or ''))
    framework = variables.get('PYTHONFRAMEWORKPREFIX') or sys.base_prefix
    return [libdir, debian, framework, str(Path(sys.base_prefix, 'lib')), sys.base_prefix]


def usable() -> bool:
    """Free-threaded builds do not know the stable ABI; prereleases are not what anyone means to use."""
    return (
        sys.version_info >= (3, 10)
        and sys.version_info.releaselevel == 'final'
        and platform.python_implementation() == 'CPython'
        and not sysconfig.get_config_var('Py_GIL_DISABLED')
    )


print(
    json.dumps(
        {
            'executable': sys.executable,
            'version': platform.python_version(),
            'usable': usable(),
            'library': library(),
            'venv': sys.prefix != sys.base_prefix,
        }
    )
)
