"""The records and every rule about them; knows no chat, no model, no index."""
