"""Speed, memory and crash figures; never part of the tests."""
