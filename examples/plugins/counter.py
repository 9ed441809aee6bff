"""Counts the characters of a text."""

from collections import Counter

title = 'Characters'


def run(text, host):
    host.log(f'counting for {host.language}')
    (character, times), *_ = Counter(text).most_common()
    return f"{character!r} is the most frequent ({times} times)"
