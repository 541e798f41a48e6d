"""From a problem to an answer: choose an engine, make its floats exact, price, check."""
