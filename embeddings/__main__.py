"""``python embeddings --weights DIR``: OpenAI's embeddings API over a model on this machine."""

from embedding_endpoint.command import main

main()
