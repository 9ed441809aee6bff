"""Why there is no module `node`. Every start of Python runs this, so it imports only what is there."""
# ruff: noqa: ANN001, ANN201, ANN205

import sys


class Refusal:
    """Says why, behind every finder that could have a module of that name."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == 'node':
            text = "There is no module named 'node' here: the option node of new Python() allows it."
            raise ModuleNotFoundError(text, name='node')


def watch():
    if Refusal not in sys.meta_path:
        sys.meta_path.append(Refusal)
