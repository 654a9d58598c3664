"""Who is who and who answers today; what the desk files and collects."""
