INSERT INTO mentorflow_person
    (id, name, time_zone, locale, style, channels, quiet_since, quiet_until, absent_since,
     absent_until, weekly_budget, changed_at)
SELECT n.id, n.name, n.time_zone, n.locale, n.style, n.channels::jsonb, n.quiet_since,
       n.quiet_until, n.absent_since, n.absent_until, n.weekly_budget, n.changed_at
FROM unnest(
    :id::text[], :name::text[], :time_zone::text[], :locale::text[], :style::text[],
    :channels::text[], :quiet_since::text[], :quiet_until::text[], :absent_since::timestamptz[],
    :absent_until::timestamptz[], :weekly_budget::int[], :changed_at::timestamptz[])
    AS n (id, name, time_zone, locale, style, channels, quiet_since, quiet_until, absent_since,
          absent_until, weekly_budget, changed_at)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name,
    time_zone = excluded.time_zone,
    locale = excluded.locale,
    style = excluded.style,
    channels = excluded.channels,
    quiet_since = excluded.quiet_since,
    quiet_until = excluded.quiet_until,
    absent_since = excluded.absent_since,
    absent_until = excluded.absent_until,
    weekly_budget = excluded.weekly_budget,
    changed_at = excluded.changed_at
