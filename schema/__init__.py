"""schema: the GraphQL schema: Strawberry types and fields, nothing else."""
