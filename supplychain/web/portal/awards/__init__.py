"""Comparing, studying and awarding."""
