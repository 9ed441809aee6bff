"""Names every character outside ASCII."""

import unicodedata

title = 'Unicode'


def run(text, host):
    return ', '.join(unicodedata.name(character) for character in text if ord(character) > 127)
