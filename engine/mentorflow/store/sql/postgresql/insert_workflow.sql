INSERT INTO mentorflow_workflow
    (name, version, digest, document, published_at, published_by, reason, revision)
SELECT *
FROM unnest(
    :name::text[], :version::int[], :digest::text[], :document::text[],
    :published_at::timestamptz[], :published_by::text[], :reason::text[], :revision::bigint[]) AS n
