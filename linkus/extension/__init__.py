"""Extensions: their rules, their list, bulk creation, CSV."""
