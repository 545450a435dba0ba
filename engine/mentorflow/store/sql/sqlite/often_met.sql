-- People of a range who take part in more than one mentorship, or in more than one role.
SELECT person
FROM mentorflow_party
WHERE person > :behind
  AND person <= coalesce(:upto, (SELECT max(person) FROM mentorflow_party))
GROUP BY person
HAVING count(*) > 1
