"""Comparing bids, studying ways to split a request, and awarding it."""
