"""schema: how it is spoken in GraphQL. Strawberry types and fields, nothing else."""
