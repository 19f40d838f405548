"""etl.demo.streaming: invented titles of four platforms and their ratings, in the files' own shapes."""
