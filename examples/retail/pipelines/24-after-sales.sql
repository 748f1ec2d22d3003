-- After-sales: what was asked back, why, of which shop, and how far it is (10 asked, 20 agreed, 40 paid back, 50 refused).

CREATE MATERIALIZED VIEW dwd_gqsh_order_after_sales AS
SELECT a.after_sales_id, a.after_sales_no, a.order_id, o.order_no, o.store_code, o.store_name, o.region, o.channel, a.after_sales_type, a.status AS after_sales_status,
       a.refund_amount, a.reason, a.apply_time, a.refund_time
FROM ods_gqsh_order_after_sales a
LEFT JOIN dwd_gqsh_order_gqsh_order o ON o.order_id = a.order_id;

CREATE MATERIALIZED VIEW ads_after_sales AS
SELECT CAST(apply_time AS DATE) AS apply_day, COALESCE(region, '') AS region, COALESCE(reason, '') AS reason, after_sales_type, after_sales_status, COUNT(*) AS case_count, SUM(refund_amount) AS refund_amount
FROM dwd_gqsh_order_after_sales
GROUP BY CAST(apply_time AS DATE), COALESCE(region, ''), COALESCE(reason, ''), after_sales_type, after_sales_status;
