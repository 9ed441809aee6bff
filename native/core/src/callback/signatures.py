"""The signatures of JavaScript functions."""
# ruff: noqa: ANN001, ANN201, ANN202

from inspect import Parameter, Signature
from keyword import iskeyword


def signature(parameters):
    """The signature from the names and kinds that JavaScript found; any arguments where it found none."""

    def parameter(name, kind):
        if iskeyword(name):
            raise ValueError
        if kind == 'rest':
            return Parameter(name, Parameter.VAR_POSITIONAL)
        default = ... if kind == 'optional' else Parameter.empty
        return Parameter(name, Parameter.POSITIONAL_ONLY, default=default)

    try:
        parameters = [('args', 'rest')] if parameters is None else parameters
        return Signature([parameter(*pair) for pair in parameters])
    except ValueError:  # a word of Python's
        return Signature([parameter('args', 'rest')])
