REPLACE INTO mentorflow_person
    (id, name, time_zone, locale, style, channels, quiet_since, quiet_until, absent_since,
     absent_until, weekly_budget, changed_at)
VALUES (:id, :name, :time_zone, :locale, :style, :channels, :quiet_since, :quiet_until,
        :absent_since, :absent_until, :weekly_budget, :changed_at)
