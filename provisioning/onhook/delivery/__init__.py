"""Delivery: from a link or a short code to the config, counted, with the delivery key alone."""
