"""Pictures of every page in every state, language, size and colour scheme, for people to look at."""
