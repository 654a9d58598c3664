"""A small grammar of Chinese time words: marks found in a sentence, then days and clocks."""
