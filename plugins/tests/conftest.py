"""Puts the plugins on the path, as `add_syspath('plugins')` does."""

import sys
from pathlib import Path

PLUGINS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PLUGINS))
