"""What leaves by a channel: sent, retried, moved chats followed, all recorded."""
