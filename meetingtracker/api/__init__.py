"""/api/v1: the same verbs, acts and predicates as the pages, JSON instead of templates."""
