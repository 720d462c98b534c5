"""Where sound comes from: devices, each in a process of its own, and files that are played as if they were one."""
