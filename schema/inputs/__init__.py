"""schema.inputs: filter and order inputs, and their translation."""
