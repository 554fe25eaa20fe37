"""Every page in every state, in every language, size and scheme of colours, for people to look at."""
