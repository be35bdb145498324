"""OpenAI's ``POST /v1/embeddings`` over a sentence model that runs on this machine's processor."""
