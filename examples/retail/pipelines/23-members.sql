-- Members and marketing: who they are, where they came from, their points, campaigns, and what is looked at.

CREATE MATERIALIZED VIEW ads_member_level AS
SELECT level, COUNT(*) AS member_count, SUM(points) AS points
FROM ods_member
GROUP BY level;

CREATE MATERIALIZED VIEW ads_member_register AS
SELECT CAST(register_time AS DATE) AS register_day, register_channel, COUNT(*) AS member_count
FROM ods_member
GROUP BY CAST(register_time AS DATE), register_channel;

CREATE MATERIALIZED VIEW ads_member_points AS
SELECT CAST(create_time AS DATE) AS points_day, reason, COUNT(*) AS entry_count, COUNT(DISTINCT member_id) AS member_count, SUM(points) AS points
FROM ods_member_points_log
GROUP BY CAST(create_time AS DATE), reason;

CREATE MATERIALIZED VIEW ads_activity AS
SELECT CAST(create_time AS DATE) AS activity_day, activity_name, COUNT(DISTINCT order_id) AS order_count, SUM(discount_amount) AS discount_amount
FROM ods_gqsh_order_activity
GROUP BY CAST(create_time AS DATE), activity_name;

CREATE MATERIALIZED VIEW ads_traffic AS
SELECT CAST(visit_time AS DATE) AS visit_day, terminal, page, COUNT(*) AS visit_count, COUNT(DISTINCT visitor) AS visitor_count, COUNT(DISTINCT member_id) AS member_count
FROM ods_traffic_log
GROUP BY CAST(visit_time AS DATE), terminal, page;
