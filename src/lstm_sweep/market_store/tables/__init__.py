"""What sealed files hold, one file each: columns of events, and the events of columns."""
