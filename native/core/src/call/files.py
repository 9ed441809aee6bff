"""Modules by their files. Runs in the namespace of protocols.py, whose text this one follows."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path
    from types import ModuleType


class _Files:
    """Finds the modules that were imported by their files, for `import` and `reload` too."""

    def __init__(self) -> None:
        self.files: dict[str, Path] = {}

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        file = self.files.get(name)
        if file is None:
            return None
        import importlib.util

        return importlib.util.spec_from_file_location(name, file)


_files = _Files()


def import_file(file: str, name: str | None) -> ModuleType:
    """The module of a file, or of a package's folder. It is named as the file or folder is, or as is said.

    Raises:
        FileNotFoundError: where there is no such file, or the folder is no package.
        ImportError: where the name is that of another module, or the file is none that Python imports.
    """
    import importlib
    from pathlib import Path

    path = Path(file).resolve()
    name = name or path.name.split('.')[0]
    path = path / '__init__.py' if path.is_dir() else path
    path.stat()
    if _files.files.get(name) != path:
        _check_free(name, path)
        _files.files[name] = path
    if _files not in sys.meta_path:
        sys.meta_path.insert(0, _files)
    try:
        if _files.find_spec(name) is None:
            raise ImportError(f'{path} is no file that Python imports.', name=name, path=str(path))
        return importlib.import_module(name)
    finally:
        if name not in sys.modules:
            _files.files.pop(name, None)


def _check_free(name: str, path: Path) -> None:
    """Raises ImportError where `import name` gives something else than this file."""
    import importlib.util
    from pathlib import Path

    if name in sys.modules:
        other = getattr(sys.modules[name], '__file__', None) or 'Python itself'
    else:
        spec = importlib.util.find_spec(name)
        other = spec and spec.origin
    if other and Path(other).resolve() != path:
        text = f'{name} is the name of another module, from {other}: give that of {path} another name.'
        raise ImportError(text, name=name, path=str(path))
