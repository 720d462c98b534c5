"""What becomes of recorded sound after the call: packed, erased, verified, copied."""
