INSERT INTO mentorflow_workflow
    (name, version, digest, document, published_at, published_by, reason, revision)
VALUES
    (:name, :version, :digest, :document, :published_at, :published_by, :reason, :revision)
