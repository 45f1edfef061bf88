"""What became of each plan item, one module per kind. Each gives judgements; none looks at another's
items."""
