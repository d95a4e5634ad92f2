"""Onboarding sheets: a page for each kit, as PDF and HTML, for paper and for mails.

`gathering` finds out what a sheet says, `content` puts it into words, `printing` lays it out, and
`making` writes the files.
"""
