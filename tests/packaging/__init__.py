"""What is shipped: the wheel, the repository's files, the rules of CI."""
