"""etl.raw: lines, literals, records: any raw file into typed rows, with counts and rejects."""
