-- POS item wide: a line of a receipt with the receipt, its product and what was brought back of it.

CREATE VIEW dws_pos_item_refund AS
SELECT item_id, SUM(quantity) AS returned_quantity, SUM(refund_amount) AS refund_amount
FROM ods_t_order_item_refund
GROUP BY item_id;

CREATE MATERIALIZED VIEW dwd_gqsh_pos_order_t_order_item WITH ('rows' = 'computed') AS
SELECT i.item_id, i.order_id, o.order_no, o.store_code, o.store_name, o.region, o.member_id, o.pay_type, o.order_status, o.order_time,
       i.sku_code, k.sku_name, k.spu_name, k.brand, k.category_name, i.quantity, i.sale_price, i.pay_amount,
       COALESCE(r.returned_quantity, 0) AS returned_quantity, COALESCE(r.refund_amount, 0) AS refund_amount
FROM ods_t_order_item i
JOIN dwd_gqsh_pos_order_t_order_info o ON o.order_id = i.order_id
LEFT JOIN dws_pos_item_refund r ON r.item_id = i.item_id
LEFT JOIN dim_product_sku k ON k.sku_code = i.sku_code;
