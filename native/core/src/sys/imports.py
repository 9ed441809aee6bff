"""Releases what this thread holds of the locks of the import system, which is at no import."""

import _frozen_importlib
import _imp
import _thread


def release_all() -> None:
    try:
        while _imp.lock_held():
            _imp.release_lock()
    except RuntimeError:
        # Another thread holds it.
        pass
    this = _thread.get_ident()
    for reference in list(_frozen_importlib._module_locks.values()):
        lock = reference()
        while lock is not None and lock.owner == this:
            lock.release()


release_all()
