-- POS wide: a receipt with its shop and what was brought back of it.

CREATE VIEW dws_pos_order_refund AS
SELECT order_id, COUNT(*) AS refund_count, SUM(refund_amount) AS refund_amount, MAX(refund_time) AS last_refund_time
FROM ods_t_order_refund_info
GROUP BY order_id;

CREATE MATERIALIZED VIEW dwd_gqsh_pos_order_t_order_info AS
SELECT o.order_id, o.order_no, o.store_code, s.store_name, s.region, s.city, o.till_no, o.cashier, o.member_id, o.pay_type, o.total_amount, o.discount_amount, o.pay_amount,
       o.order_status, o.order_time, COALESCE(r.refund_count, 0) AS refund_count, COALESCE(r.refund_amount, 0) AS refund_amount, r.last_refund_time
FROM ods_t_order_info o
LEFT JOIN dws_pos_order_refund r ON r.order_id = o.order_id
LEFT JOIN dim_store_shop s ON s.store_code = o.store_code;
