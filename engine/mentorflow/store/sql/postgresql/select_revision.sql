SELECT max(revision)
FROM mentorflow_revision
