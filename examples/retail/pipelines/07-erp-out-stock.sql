-- ERP out-stock: what is there to be given out. FQTY may be 0 while FBASEQTY holds the stock. Goods may be a shop's already and lie here for it.

CREATE MATERIALIZED VIEW dwd_t_stk_inventory AS
SELECT i.FID AS inventory_id, i.FSTOCKORGID AS stock_org_id, i.FSTOCKID AS stock_id, s.stock_name, i.FMATERIALID AS material_id, m.material_number, m.material_name, m.material_group,
       i.FOWNERID AS owner_id, c.store_code, c.store_name, i.FSTOCKSTATUSID AS stock_status_id, i.FBASEQTY AS base_quantity, i.FQTY AS quantity,
       CASE WHEN i.FQTY = 0 THEN i.FBASEQTY ELSE i.FQTY END AS stock_quantity, i.FUPDATETIME AS update_time
FROM ods_t_stk_inventory i
LEFT JOIN dim_jd_erp_material m ON m.material_id = i.FMATERIALID
LEFT JOIN dim_jd_erp_stock s ON s.stock_id = i.FSTOCKID
LEFT JOIN dim_store_shop_fcustid c ON c.fcustid = i.FOWNERID;

CREATE MATERIALIZED VIEW ads_jd_outstock AS
SELECT stock_id, stock_name, material_group, COUNT(*) AS balance_count, COUNT(DISTINCT material_id) AS material_count, SUM(stock_quantity) AS stock_quantity,
       SUM(CASE WHEN store_code IS NOT NULL THEN stock_quantity ELSE 0 END) AS shops_quantity, SUM(CASE WHEN stock_quantity < 0 THEN 1 ELSE 0 END) AS negative_count
FROM dwd_t_stk_inventory
GROUP BY stock_id, stock_name, material_group;
