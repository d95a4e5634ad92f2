"""The public web server: stands beside the command line and calls the use cases of `onhook`."""
