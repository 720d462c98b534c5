"""The interview schedule as data: what may be asked, in which words, and when. Pure."""
