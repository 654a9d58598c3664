"""The public-sentiment report of a month or any other period: tables, chapters, charts, paper."""
