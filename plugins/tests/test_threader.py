import threading
import time

import pytest
import Threader


def test_counts_in_every_way() -> None:
    before = Threader.wait(10)
    for _ in range(100):
        Threader.incr(1)
        Threader.incr_in_thread(1)
        Threader.incr_in_executor(1)
    assert Threader.wait(30) == before + 300
    assert Threader.counter == before + 300


def test_wait_without_work_returns_at_once() -> None:
    assert Threader.wait(0) == Threader.counter


def test_wait_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(Threader, 'incr', lambda _value: gate.wait(30))
    Threader.incr_in_thread(1)
    Threader.incr_in_executor(1)
    try:
        start = time.monotonic()
        with pytest.raises(TimeoutError, match='2 increments were not done'):
            Threader.wait(0.05)
        assert time.monotonic() - start < 10
    finally:
        gate.set()
    Threader.wait(30)
