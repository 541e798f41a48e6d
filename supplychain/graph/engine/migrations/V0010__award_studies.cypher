// Award studies of a request, the scenarios of a study, and replays looked up by their award.

CREATE CONSTRAINT award_study_id IF NOT EXISTS FOR (n:AwardStudy) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT award_scenario_id IF NOT EXISTS FOR (n:AwardScenario) REQUIRE n.id IS UNIQUE;
CREATE INDEX award_study_request IF NOT EXISTS FOR (n:AwardStudy) ON (n.request_id);
CREATE INDEX award_scenario_study IF NOT EXISTS FOR (n:AwardScenario) ON (n.study_id);
