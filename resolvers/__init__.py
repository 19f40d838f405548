"""resolvers: how a question is answered. Pure functions (store, arguments) -> answers."""
