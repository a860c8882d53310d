"""What two articles have in common: text (``overlap``) and the event they report (``event``)."""
