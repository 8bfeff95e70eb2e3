"""Side-by-side measurements, each of which prints ratios: absolute times depend on the machine, ratios much less."""
