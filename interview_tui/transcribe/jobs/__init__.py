"""Jobs in a queue, the process that does one, and the machine's time."""
