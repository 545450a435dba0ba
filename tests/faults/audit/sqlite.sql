-- What changes in the tables, written down by the database itself. On SQLite one process does the work, so
-- that there is no telling which one.
CREATE TABLE faults_timer (
    number INTEGER PRIMARY KEY, mentorship_id TEXT, name TEXT, instance TEXT, due_at TEXT);
CREATE TABLE faults_effect (
    number INTEGER PRIMARY KEY, mentorship_id TEXT, revision INT, place INT, process TEXT DEFAULT '',
    was_status TEXT, status TEXT, was_lease TEXT, lease TEXT, is_attempt INT,
    was_over INT);

CREATE TRIGGER faults_put AFTER INSERT ON mentorflow_timer WHEN NEW.due_at IS NOT NULL
BEGIN
    INSERT INTO faults_timer (mentorship_id, name, instance, due_at)
    VALUES (NEW.mentorship_id, NEW.name, NEW.instance, NEW.due_at);
END;
CREATE TRIGGER faults_moved AFTER UPDATE ON mentorflow_timer
    WHEN NEW.due_at IS NOT NULL AND NEW.due_at IS NOT OLD.due_at
BEGIN
    INSERT INTO faults_timer (mentorship_id, name, instance, due_at)
    VALUES (NEW.mentorship_id, NEW.name, NEW.instance, NEW.due_at);
END;
CREATE TRIGGER faults_changed AFTER UPDATE ON mentorflow_effect
BEGIN
    INSERT INTO faults_effect (mentorship_id, revision, place, was_status, status, was_lease, lease,
                               is_attempt, was_over)
    VALUES (NEW.mentorship_id, NEW.revision, NEW.position, OLD.status, NEW.status, OLD.lease,
            NEW.lease, NEW.attempts > OLD.attempts,
            OLD.available_at <= strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now'));
END;
