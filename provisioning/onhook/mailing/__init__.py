"""Send mails: each once to an address, whatever breaks on the way.

`sending.send_letters` is the door. What there is to say is a `letters.Letter`; what became of it
is kept in the table `mailing`.
"""
