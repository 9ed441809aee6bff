"""A plugin with a mistake in it."""

title = 'Broken'


def run(text, host):
    host.log(f'about to fail on {len(text)} characters')
    return text.no_such_method()
