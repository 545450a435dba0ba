-- When something is to be done next: the first timer or the first effect.
SELECT min(at)
FROM (SELECT min(due_at) AS at FROM mentorflow_timer WHERE due_at IS NOT NULL
      UNION ALL
      SELECT min(available_at) FROM mentorflow_effect WHERE status = 'pending')
