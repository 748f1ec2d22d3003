-- Order item wide: a line with its order, its product, and what of it was asked back.

CREATE VIEW dws_order_item_after_sales AS
SELECT d.order_id, d.line_no, SUM(d.quantity) AS asked_quantity,
       SUM(CASE WHEN a.status = 40 THEN d.quantity ELSE 0 END) AS returned_quantity,
       SUM(CASE WHEN a.status = 40 THEN d.refund_amount ELSE 0 END) AS refund_amount
FROM ods_gqsh_order_after_sales_dtl d
JOIN ods_gqsh_order_after_sales a ON a.after_sales_id = d.after_sales_id
GROUP BY d.order_id, d.line_no;

CREATE MATERIALIZED VIEW dwd_gqsh_order_gqsh_order_item WITH ('rows' = 'computed') AS
SELECT i.item_id, i.order_id, i.line_no, o.order_no, o.member_id, o.channel, o.order_type, o.order_status, o.is_deleted,
       o.create_time, o.pay_time, o.store_code, o.store_name, o.region, o.city,
       i.sku_code, i.sku_name, k.spu_name, k.brand, k.category_id, k.category_name, k.cost_price,
       i.quantity, i.sale_price, i.discount_amount, i.pay_amount, i.is_gift,
       COALESCE(a.asked_quantity, 0) AS asked_quantity, COALESCE(a.returned_quantity, 0) AS returned_quantity, COALESCE(a.refund_amount, 0) AS refund_amount
FROM ods_gqsh_order_item i
JOIN dwd_gqsh_order_gqsh_order o ON o.order_id = i.order_id
LEFT JOIN dim_product_sku k ON k.sku_code = i.sku_code
LEFT JOIN dws_order_item_after_sales a ON a.order_id = i.order_id AND a.line_no = i.line_no;
