"""Sends changes of certificates: to learners and staff by mail, to other systems as events and through webhooks."""
