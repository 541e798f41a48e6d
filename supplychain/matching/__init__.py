"""Who can make a line of a parts request, how well, and why; pure functions over columns of firms.

The way of a line: ``need`` -> ``candidates`` -> ``feasibility`` -> ``cost`` -> ``performance`` ->
``ranking``, which answers with the types of ``rows``. ``what_if`` and ``consortium`` are asked on
the way, ``alternatives`` and ``standing`` look at the same line from elsewhere; ``idle`` goes the
other way round, from free capacity to lines.
"""
