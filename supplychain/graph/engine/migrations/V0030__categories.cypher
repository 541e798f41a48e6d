// Categories are nodes of one tree, or proposed beside it. What has another word for a node is carried
// over to it by the program right after this migration: what firms can make of it becomes one with
// what they make of the node. Programs of before would make the old words anew, so none works beside.

CREATE INDEX category_state IF NOT EXISTS FOR (n:Category) ON (n.state);
CREATE INDEX category_proposer IF NOT EXISTS FOR (n:Category) ON (n.proposed_by);
