"""Withdrawal: a case, or a part of its interview, found everywhere, shown, destroyed, searched for, and certified."""
