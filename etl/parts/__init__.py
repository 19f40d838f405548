"""etl.parts: data of many users in parts: the work folder, ranges of users, joined results."""
