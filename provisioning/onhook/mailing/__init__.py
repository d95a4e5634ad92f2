"""Send mails: each once to an address, whatever breaks on the way.

`sending.send_letters` is the door, for every kind of mail. What there is to say is a
`letters.Letter`; what became of it is kept in the table `mailing`, by kind, topic and address, so
that whoever makes the same letters again may hand them in again. Words come from `wording.Wording`.
A new kind of mail is two templates in `onhook_templates/mails` and a function that makes its
letters, as `links.link_letters` does.
"""
