-- What changes in the tables, written down by the database itself: it sees what a process only believes.
CREATE TABLE faults_timer (
    number bigserial PRIMARY KEY, mentorship_id text, name text, instance text, due_at timestamptz);
CREATE TABLE faults_effect (
    number bigserial PRIMARY KEY, mentorship_id text, revision int, place int, process text,
    was_status text, status text, was_lease text, lease text, is_attempt boolean, was_over boolean);
CREATE TABLE faults_settling (number bigserial PRIMARY KEY, process text, settled int);

CREATE FUNCTION faults_note_timer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO faults_timer (mentorship_id, name, instance, due_at)
    VALUES (NEW.mentorship_id, NEW.name, NEW.instance, NEW.due_at);
    RETURN NULL;
END $$;
CREATE TRIGGER faults_put AFTER INSERT ON mentorflow_timer
    FOR EACH ROW WHEN (NEW.due_at IS NOT NULL) EXECUTE FUNCTION faults_note_timer();
CREATE TRIGGER faults_moved AFTER UPDATE ON mentorflow_timer
    FOR EACH ROW WHEN (NEW.due_at IS NOT NULL AND NEW.due_at IS DISTINCT FROM OLD.due_at)
    EXECUTE FUNCTION faults_note_timer();

CREATE FUNCTION faults_note_effect() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO faults_effect (mentorship_id, revision, place, process, was_status, status,
                               was_lease, lease, is_attempt, was_over)
    VALUES (NEW.mentorship_id, NEW.revision, NEW.position, current_setting('application_name'),
            OLD.status, NEW.status, OLD.lease, NEW.lease, NEW.attempts > OLD.attempts,
            OLD.available_at <= clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER faults_changed AFTER UPDATE ON mentorflow_effect
    FOR EACH ROW EXECUTE FUNCTION faults_note_effect();

-- A settling that was refused changes no row, and no trigger for rows sees it.
CREATE FUNCTION faults_note_settling() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_query() LIKE '%done_at = n.done_at%' THEN
        INSERT INTO faults_settling (process, settled)
        SELECT current_setting('application_name'), count(*) FROM changed;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER faults_settled AFTER UPDATE ON mentorflow_effect
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION faults_note_settling();
