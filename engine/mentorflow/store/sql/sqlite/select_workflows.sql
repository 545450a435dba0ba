SELECT name, version, digest, document, published_at, published_by, reason, revision
FROM mentorflow_workflow
WHERE revision > :revision
ORDER BY name, version
