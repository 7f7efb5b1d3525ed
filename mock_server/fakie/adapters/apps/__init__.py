"""Webhook receivers' apps, called in this process: WSGI, and ASGI 2 and 3."""
