import pytest
from Dummy import Dummy


def test_dummy() -> None:
    assert Dummy().dummy() == 'dummy'


def test_calls() -> None:
    dummy = Dummy()
    assert dummy.nothing() is None
    assert dummy.add(1, 2) == 3
    assert dummy.add('a', 'b') == 'ab'
    assert dummy.arguments(1, [2], key='x') == {'args': [1, [2]], 'kwargs': {'key': 'x'}}
    assert list(dummy.countdown(3)) == [3, 2, 1]


def test_echo_returns_the_same_object() -> None:
    value = [object()]
    assert Dummy().echo(value) is value


def test_attributes() -> None:
    dummy = Dummy()
    dummy.number = 21
    assert (dummy.number, dummy.doubled, Dummy.number) == (21, 42, 7)


def test_counter() -> None:
    dummy = Dummy()
    assert [dummy.increment(), dummy.increment(4), dummy.counter] == [1, 5, 5]
    assert Dummy().counter == 0


def test_fail() -> None:
    with pytest.raises(ValueError, match=r'^dummy failed$'):
        Dummy().fail()
