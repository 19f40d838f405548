"""resolvers: answers to queries. Pure functions (store, arguments) -> answers."""
