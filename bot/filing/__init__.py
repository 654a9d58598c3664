"""What is filed in the chats by itself: the daily ledger, the state of collecting, the month's record."""
