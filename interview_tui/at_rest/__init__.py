"""What lies on disk unreadable: the key of an encrypted study, sealed files, and files opened whether sealed or not."""
