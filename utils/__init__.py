"""Thirty Days to Attention."""
