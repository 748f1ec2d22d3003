-- Order results: what was sold, day by day, each order and each line counted once whatever came twice.

CREATE MATERIALIZED VIEW ads_order_sales AS
SELECT CAST(pay_time AS DATE) AS pay_date, store_code, store_name, region, channel,
       COUNT(DISTINCT order_id) AS order_count, COUNT(DISTINCT member_id) AS member_count, SUM(quantity) AS quantity,
       SUM(sale_price * quantity) AS total_amount, SUM(discount_amount) AS discount_amount, SUM(pay_amount) AS pay_amount,
       SUM(refund_amount) AS refund_amount, SUM(pay_amount) - SUM(refund_amount) AS net_amount
FROM dwd_gqsh_order_gqsh_order_item
WHERE pay_time IS NOT NULL AND order_status <> 50 AND is_deleted = 0
GROUP BY CAST(pay_time AS DATE), store_code, store_name, region, channel;

CREATE MATERIALIZED VIEW ads_order_item_sales AS
SELECT CAST(pay_time AS DATE) AS pay_date, sku_code, spu_name, category_name, brand,
       COUNT(DISTINCT order_id) AS order_count, SUM(quantity) AS quantity, SUM(returned_quantity) AS returned_quantity,
       SUM(pay_amount) AS pay_amount, SUM(refund_amount) AS refund_amount,
       SUM(pay_amount - refund_amount - cost_price * (quantity - returned_quantity)) AS margin
FROM dwd_gqsh_order_gqsh_order_item
WHERE pay_time IS NOT NULL AND order_status <> 50 AND is_deleted = 0
GROUP BY CAST(pay_time AS DATE), sku_code, spu_name, category_name, brand;

CREATE MATERIALIZED VIEW ads_order_sales_sum AS
SELECT pay_date, COUNT(DISTINCT store_code) AS store_count, SUM(order_count) AS order_count, SUM(quantity) AS quantity,
       SUM(total_amount) AS total_amount, SUM(pay_amount) AS pay_amount, SUM(refund_amount) AS refund_amount, SUM(net_amount) AS net_amount
FROM ads_order_sales
GROUP BY pay_date;
