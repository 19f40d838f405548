"""analysis: a snapshot for people who explore it: tables for their tools, and a report."""
