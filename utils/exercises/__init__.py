"""The exercises of the thirty days: declared in dayNN.py, judged by the engine."""

from utils.exercises.registry import find, items

__all__ = ["find", "items"]
