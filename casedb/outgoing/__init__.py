"""What leaves the house: rows waiting for a channel, claims on them, alerts to the desk."""
