"""The independent checker: it shares nothing with the solver but the problem and the answer."""
