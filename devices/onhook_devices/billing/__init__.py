"""What is billed, when it is paid, and what comes of paying late or not at all."""
