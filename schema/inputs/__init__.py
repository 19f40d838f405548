"""schema.inputs: filters, orders and selections."""
