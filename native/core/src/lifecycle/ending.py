"""The threads and child processes of an interpreter that ends. What is not imported there is not in use."""

import sys
from time import monotonic

helper = None


def others(with_daemons: bool) -> list:
    """The threads that Python started and that live."""
    threading = sys.modules['threading']
    foreign = (threading._DummyThread, threading._MainThread)
    return [
        thread
        for thread in threading.enumerate()
        if thread is not helper and not isinstance(thread, foreign) and (with_daemons or not thread.daemon)
    ]


def shut_down(seconds: float) -> bool:
    """What threading._shutdown does, for at most so long. Says whether it came to its end.

    It waits without a limit, and for the thread that imported threading, which may be gone (CPython issue
    1596321): the one that calls it takes its part.
    """
    global helper
    threading = sys.modules.get('threading')
    if threading is None:
        return True
    if not others(True):
        become_main_thread_and_shut_down(threading)
        return True
    helper = threading.Thread(target=become_main_thread_and_shut_down, args=(threading,), daemon=True)
    helper.start()
    helper.join(seconds)
    return not helper.is_alive()


def become_main_thread_and_shut_down(threading: object) -> None:
    main = threading._main_thread
    if not hasattr(main, '_tstate_lock') or (main._tstate_lock is not None and main._tstate_lock.locked()):
        # Else, before 3.13, that thread has ended, and nobody need take its part.
        main._ident = threading.get_ident()
    threading._shutdown()
    # CPython calls it once more, and before 3.13 that fails in the thread that has done it.
    main._ident = 0


def running(with_daemons: bool) -> list:
    """The idents of the threads that live."""
    return (
        [thread.ident for thread in others(with_daemons) if thread.ident]
        if 'threading' in sys.modules
        else []
    )


def wait(with_daemons: bool, seconds: float) -> None:
    """Waits for the threads, for at most so long."""
    if 'threading' not in sys.modules:
        return
    until = monotonic() + seconds
    for thread in others(with_daemons) + ([helper] if helper else []):
        thread.join(max(0, until - monotonic()))


def terminate_children() -> None:
    """Ends the processes that multiprocessing's own atexit handler would wait for."""
    process = sys.modules.get('multiprocessing.process')
    for child in list(process._children) if process else ():
        # One that has ended meanwhile has no process any more.
        if child._popen is not None and child._popen.returncode is None:
            child._popen.terminate()
