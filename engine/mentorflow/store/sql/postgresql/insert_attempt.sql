INSERT INTO mentorflow_attempt
    (endpoint, notice, number, at, cause, status_code, error, detail, excerpt, address, timings,
     next_at, why)
SELECT *
FROM unnest(
    :endpoint::text[], :notice::text[], :number::int[], :at::timestamptz[], :cause::text[],
    :status_code::int[], :error::text[], :detail::text[], :excerpt::text[], :address::text[],
    :timings::jsonb[], :next_at::timestamptz[], :why::text[]) AS n
