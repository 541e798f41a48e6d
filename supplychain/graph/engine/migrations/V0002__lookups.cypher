// What is looked up by something other than its id, and what sweeps scan.

CREATE INDEX firm_name IF NOT EXISTS FOR (n:Firm) ON (n.name);
CREATE INDEX part_designer IF NOT EXISTS FOR (n:Part) ON (n.designer_id);
CREATE INDEX session_user IF NOT EXISTS FOR (n:Session) ON (n.user_id);
CREATE INDEX session_ends IF NOT EXISTS FOR (n:Session) ON (n.ends_at);
CREATE INDEX capability_firm IF NOT EXISTS FOR (n:Capability) ON (n.firm_id);
CREATE INDEX capability_category IF NOT EXISTS FOR (n:Capability) ON (n.category_id);
CREATE INDEX booking_order_line IF NOT EXISTS FOR (n:Booking) ON (n.order_line_id);
CREATE INDEX offer_firm IF NOT EXISTS FOR (n:Offer) ON (n.firm_id);
CREATE INDEX offer_part IF NOT EXISTS FOR (n:Offer) ON (n.part_id);
CREATE INDEX stock_firm IF NOT EXISTS FOR (n:Stock) ON (n.firm_id);
CREATE INDEX delivery_supplier IF NOT EXISTS FOR (n:Delivery) ON (n.supplier_id);
CREATE INDEX delivery_buyer IF NOT EXISTS FOR (n:Delivery) ON (n.buyer_id);
CREATE INDEX delivery_part IF NOT EXISTS FOR (n:Delivery) ON (n.part_id);
CREATE INDEX parts_request_state IF NOT EXISTS FOR (n:PartsRequest) ON (n.state);
CREATE INDEX bid_request IF NOT EXISTS FOR (n:Bid) ON (n.request_id);
CREATE INDEX order_state IF NOT EXISTS FOR (n:Order) ON (n.state);
CREATE INDEX event_state IF NOT EXISTS FOR (n:Event) ON (n.state);
CREATE INDEX job_about IF NOT EXISTS FOR (n:Job) ON (n.about_id);
CREATE INDEX job_state IF NOT EXISTS FOR (n:Job) ON (n.state);
CREATE INDEX idem_at IF NOT EXISTS FOR (n:Idem) ON (n.at);
CREATE INDEX event_about IF NOT EXISTS FOR (n:Event) ON (n.about_id);
