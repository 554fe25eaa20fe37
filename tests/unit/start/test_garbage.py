"""Python searches for garbage as usual, but not before a function has started."""

from __future__ import annotations

import subprocess
import sys

from layers.targets import ROOT

PACKAGES = ROOT / "layers" / "certificates" / "python"
STARTED = f"""
import gc, sys
sys.path.insert(0, {str(PACKAGES)!r})
usual, searched = gc.get_threshold(), []
gc.callbacks.append(lambda phase, _: searched.append(phase) if phase == "start" else None)
import certificates
searched.clear()
"""


def said(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-I", "-c", STARTED + code], capture_output=True, text=True, check=True
    ).stdout


def test_a_start_makes_its_objects_without_a_search() -> None:
    assert said("kept = [[number] for number in range(80_000)]\nprint(len(searched))") == "0\n"


def test_the_first_search_finds_garbage_and_brings_the_usual_searches_back() -> None:
    code = """
import weakref
class Node: pass
node = Node(); node.itself = node; gone = weakref.ref(node); del node
kept = [[number] for number in range(150_000)]
print(gone() is None, gc.get_threshold() == usual, gc.get_freeze_count() > 50_000, len(gc.callbacks))
"""
    assert said(code) == "True True True 1\n"
