-- Order wide: an order with where it came from, its shop, what was asked back, and how far the shop is with it.

CREATE VIEW dws_order_after_sales AS
SELECT order_id, COUNT(*) AS after_sales_count,
       SUM(CASE WHEN status = 40 THEN refund_amount ELSE 0 END) AS refund_amount,
       MAX(apply_time) AS last_apply_time, MAX(refund_time) AS last_refund_time
FROM ods_gqsh_order_after_sales
GROUP BY order_id;

CREATE VIEW dws_order_performance AS
SELECT order_id, perf_no, perf_status, promised_time
FROM (
    SELECT order_id, perf_no, perf_status, promised_time,
           ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY update_time DESC, perf_id DESC) AS place
    FROM ods_perf_info
) AS newest
WHERE place = 1;

CREATE VIEW dws_order_last_action AS
SELECT order_id, action, operator, action_time
FROM (
    SELECT order_id, action, operator, action_time,
           ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY action_time DESC, record_id DESC) AS place
    FROM ods_perf_record
) AS newest
WHERE place = 1;

CREATE MATERIALIZED VIEW dwd_gqsh_order_gqsh_order AS
SELECT o.order_id, o.order_no, o.parent_order_no, o.member_id, o.channel, o.order_type, o.order_status, o.is_deleted,
       o.total_amount, o.discount_amount, o.freight_amount, o.pay_amount,
       o.create_time, o.pay_time, o.finish_time, o.cancel_time, o.cancel_reason,
       e.source_channel, e.delivery_type, e.receiver_province, e.receiver_city, e.utm_source,
       o.store_code, s.store_name, s.store_type, s.region, s.province, s.city,
       COALESCE(a.after_sales_count, 0) AS after_sales_count, COALESCE(a.refund_amount, 0) AS refund_amount, a.last_apply_time, a.last_refund_time,
       p.perf_no, p.perf_status, p.promised_time, r.action AS perf_action, r.operator AS perf_operator, r.action_time AS perf_time
FROM ods_gqsh_order o
LEFT JOIN ods_gqsh_order_ext e ON e.order_id = o.order_id
LEFT JOIN dim_store_shop s ON s.store_code = o.store_code
LEFT JOIN dws_order_after_sales a ON a.order_id = o.order_id
LEFT JOIN dws_order_performance p ON p.order_id = o.order_id
LEFT JOIN dws_order_last_action r ON r.order_id = o.order_id;
