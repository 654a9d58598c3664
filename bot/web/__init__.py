"""The chat page and the pages for the desk."""
