"""The module `node`: what JavaScript gives to Python code, where the option `node` allows it."""
# ruff: noqa: ANN001, ANN201, ANN204

import sys
from types import ModuleType

NAMES = ('require', 'globalThis', 'console')


class Node(ModuleType):
    """JavaScript, for the Python code of this context."""

    def __getattr__(self, name):
        if name in NAMES:
            raise AttributeError(
                f'node.{name} is not allowed here: the option node of new Python() does not list it.'
            )
        raise AttributeError(f"module 'node' has no attribute {name!r}")


def allow(names):
    module = Node('node', Node.__doc__)
    vars(module).update(names)
    module.__all__ = list(names)
    sys.modules['node'] = module


def withdraw():
    """Takes away the module, also from those who have imported it."""
    module = sys.modules.get('node')
    if type(module) is Node:
        del sys.modules['node']
        for name in NAMES:
            vars(module).pop(name, None)
