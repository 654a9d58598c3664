"""Reports, assessments and topics put together from the rooms, the same for shell, chat and page."""
