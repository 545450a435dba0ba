INSERT INTO mentorflow_attempt
    (endpoint, notice, number, at, cause, status_code, error, detail, excerpt, address, timings,
     next_at, why)
VALUES
    (:endpoint, :notice, :number, :at, :cause, :status_code, :error, :detail, :excerpt, :address,
     :timings, :next_at, :why)
