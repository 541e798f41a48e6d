"""Why no split keeps all rules: contradictions in the rules, and minimal clashes."""
