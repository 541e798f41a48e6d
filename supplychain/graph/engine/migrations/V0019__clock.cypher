// Who keeps time, and whose turn it is in a queue of jobs.

CREATE CONSTRAINT clock_id IF NOT EXISTS FOR (n:Clock) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT job_turn_id IF NOT EXISTS FOR (n:JobTurn) REQUIRE n.id IS UNIQUE;
