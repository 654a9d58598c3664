"""One case at a time: looked up, recorded, changed, sorted, advised on."""
