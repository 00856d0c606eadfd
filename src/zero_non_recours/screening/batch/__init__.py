"""Many households screened at once, in columns: the same answers as one by one."""
