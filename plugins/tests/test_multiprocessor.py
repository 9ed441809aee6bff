import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import MultiProcessor
import pytest

PLUGINS = Path(MultiProcessor.__file__).resolve().parent


@pytest.fixture(autouse=True)
def no_pool_is_left() -> Iterator[None]:
    yield
    MultiProcessor.shutdown()


def test_runs_in_a_process_of_its_own() -> None:
    assert MultiProcessor.run() == 0


def test_runs_in_the_pool() -> None:
    assert 0 <= MultiProcessor.run_in_executor() < 0.0001
    assert MultiProcessor.pid_in_executor() != os.getpid()
    assert MultiProcessor.squares_in_executor(range(20)) == [n * n for n in range(20)]


def test_a_new_pool_follows_a_shutdown() -> None:
    first = MultiProcessor.executor()
    assert MultiProcessor.executor() is first
    MultiProcessor.shutdown()
    MultiProcessor.shutdown()
    assert MultiProcessor.executor() is not first
    assert MultiProcessor.squares_in_executor([3]) == [9]


def test_import_starts_nothing_and_never_forks(tmp_path: Path) -> None:
    script = (
        'import sys, multiprocessing as mp; sys.path.insert(0, sys.argv[1]); import MultiProcessor as m; '
        'assert m._executor is None and not mp.active_children(); '
        'assert m._context().get_start_method() in ("forkserver", "spawn")'
    )
    subprocess.run([sys.executable, '-c', script, str(PLUGINS)], check=True, cwd=tmp_path)


def test_children_find_the_plugins_from_another_folder(tmp_path: Path) -> None:
    script = (
        'import importlib.util, sys\n'
        'spec = importlib.util.spec_from_file_location("MultiProcessor", sys.argv[1])\n'
        'module = sys.modules["MultiProcessor"] = importlib.util.module_from_spec(spec)\n'
        'spec.loader.exec_module(module)\n'
        'assert module.squares_in_executor([2, 3]) == [4, 9]\n'
        'module.shutdown()\n'
    )
    # With -c, __main__ has no file: the children have no main module to import, as under Node.
    subprocess.run(
        [sys.executable, '-c', script, str(PLUGINS / 'MultiProcessor.py')], check=True, cwd=tmp_path
    )
