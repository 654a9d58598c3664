"""Where a cycle lost points, why, and what the measures did: findings, tables, paper."""
