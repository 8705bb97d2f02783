"""Extensions: their rules, their list, adding many, CSV."""
