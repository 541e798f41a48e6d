"""The same request under other rules, what each rule costs, and how cost moves."""
