"""What the knowledge lacks, gains and teaches, in chat."""
