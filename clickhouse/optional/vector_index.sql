-- An HNSW index on the vectors of one dimension (384), worth it from some 100,000 templates on. Not applied by itself.
--
-- What it costs: 2,000 vectors a processor second when they are inserted and again whenever their parts are merged, and
-- as many megabytes as the vectors have halves. What to know: it is used only for ORDER BY cosineDistance(Embedding,
-- constant) LIMIT n, never with the distance in WHERE; so keep the LIMIT inside and the threshold outside, as
-- queries/similar_error_search_hnsw.sql does. It fixes the length: vectors of another one are refused from then on.
ALTER TABLE template_embeddings
    ADD INDEX IF NOT EXISTS nearest Embedding TYPE vector_similarity('hnsw', 'cosineDistance', 384) GRANULARITY 100000000;
ALTER TABLE template_embeddings MATERIALIZE INDEX nearest SETTINGS mutations_sync = 2;
