-- The event feed for Sensors Analytics (神策): seven kinds of events in one table. An event is told apart by its kind and track_key, by which a receiver drops what comes twice.

CREATE VIEW dws_order_delivery AS
SELECT order_id, COUNT(*) AS delivery_count, MIN(ship_time) AS first_ship_time, MAX(sign_time) AS last_sign_time
FROM ods_gqsh_order_delivery
GROUP BY order_id;

CREATE VIEW dws_order_coupon AS
SELECT order_id, COUNT(*) AS coupon_count, SUM(coupon_amount) AS coupon_amount
FROM ods_gqsh_order_coupon
GROUP BY order_id;

CREATE VIEW dws_order_activity AS
SELECT order_id, COUNT(*) AS activity_count, MAX(activity_name) AS activity_name
FROM ods_gqsh_order_activity
GROUP BY order_id;

CREATE VIEW dws_order_lines AS
SELECT order_id, COUNT(*) AS line_count, SUM(quantity) AS quantity
FROM dwd_gqsh_order_gqsh_order_item
GROUP BY order_id;

CREATE MATERIALIZED VIEW dwd_gqsh_activity_group_buy_detail AS
SELECT d.id, d.group_id, g.activity_id, g.leader_member_id, g.need_count, g.status AS group_status, g.complete_time, d.member_id, d.join_time,
       o.order_id, o.order_no, o.store_code, o.pay_amount, o.pay_time
FROM ods_gqsh_activity_group_buy_detail d
JOIN ods_gqsh_activity_group_buy g ON g.group_id = d.group_id
LEFT JOIN dwd_gqsh_order_gqsh_order o ON o.order_id = d.order_id;

CREATE MATERIALIZED VIEW flink_datasc_realtime WITH ('rows' = 'computed') AS
SELECT 'pay_order_detail' AS event, order_id * 100 + line_no AS track_key, member_id AS distinct_id, pay_time AS event_time,
       order_no, store_code, channel, sku_code AS subject, quantity, pay_amount AS amount, 0 AS coupon_amount
FROM dwd_gqsh_order_gqsh_order_item
WHERE pay_time IS NOT NULL
UNION ALL
SELECT 'cancel_order', o.order_id, o.member_id, o.cancel_time,
       o.order_no, o.store_code, o.channel, COALESCE(a.activity_name, o.cancel_reason), COALESCE(d.delivery_count, 0), o.pay_amount, COALESCE(c.coupon_amount, 0)
FROM dwd_gqsh_order_gqsh_order o
LEFT JOIN dws_order_delivery d ON d.order_id = o.order_id
LEFT JOIN dws_order_coupon c ON c.order_id = o.order_id
LEFT JOIN dws_order_activity a ON a.order_id = o.order_id
WHERE o.order_status = 50
UNION ALL
SELECT 'apply_return', s.after_sales_id, o.member_id, s.apply_time,
       o.order_no, o.store_code, o.channel, s.reason, COALESCE(l.quantity, 0), s.refund_amount, COALESCE(c.coupon_amount, 0)
FROM ods_gqsh_order_after_sales s
JOIN dwd_gqsh_order_gqsh_order o ON o.order_id = s.order_id
LEFT JOIN dws_order_lines l ON l.order_id = s.order_id
LEFT JOIN dws_order_coupon c ON c.order_id = s.order_id
UNION ALL
SELECT 'app_first_consume_date', MIN(order_id), member_id, MIN(pay_time),
       MIN(order_no), MIN(store_code), 'app', 'first', COUNT(*), MIN(pay_amount), 0
FROM dwd_gqsh_order_gqsh_order
WHERE channel = 'app' AND pay_time IS NOT NULL
GROUP BY member_id
UNION ALL
SELECT 'applet_first_consume_date', MIN(order_id), member_id, MIN(pay_time),
       MIN(order_no), MIN(store_code), 'applet', 'first', COUNT(*), MIN(pay_amount), 0
FROM dwd_gqsh_order_gqsh_order
WHERE channel = 'applet' AND pay_time IS NOT NULL
GROUP BY member_id
UNION ALL
SELECT 'store_member', m.id, m.member_id, m.bind_time,
       '', m.store_code, m.bind_source, COALESCE(s.store_name, ''), m.status, 0, 0
FROM ods_store_member m
LEFT JOIN dim_store_shop s ON s.store_code = m.store_code
UNION ALL
SELECT 'group_completed', id, member_id, complete_time,
       COALESCE(order_no, ''), store_code, 'group', 'completed', need_count, COALESCE(pay_amount, 0), 0
FROM dwd_gqsh_activity_group_buy_detail
WHERE group_status = 20;
