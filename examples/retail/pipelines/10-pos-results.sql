-- POS results: what the tills sold, day by day.

CREATE MATERIALIZED VIEW ads_pos_order_sales AS
SELECT CAST(order_time AS DATE) AS order_date, store_code, store_name, region, pay_type,
       COUNT(DISTINCT order_id) AS order_count, COUNT(DISTINCT member_id) AS member_count, SUM(quantity) AS quantity,
       SUM(pay_amount) AS pay_amount, SUM(refund_amount) AS refund_amount, SUM(pay_amount) - SUM(refund_amount) AS net_amount
FROM dwd_gqsh_pos_order_t_order_item
GROUP BY CAST(order_time AS DATE), store_code, store_name, region, pay_type;

CREATE MATERIALIZED VIEW ads_pos_order_item_sales AS
SELECT CAST(order_time AS DATE) AS order_date, sku_code, sku_name, category_name,
       COUNT(DISTINCT order_id) AS order_count, SUM(quantity) AS quantity, SUM(returned_quantity) AS returned_quantity, SUM(pay_amount) - SUM(refund_amount) AS net_amount
FROM dwd_gqsh_pos_order_t_order_item
GROUP BY CAST(order_time AS DATE), sku_code, sku_name, category_name;
