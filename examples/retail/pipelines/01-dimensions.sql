-- Dimensions of all pipelines. They follow their sources at once: a shop that is renamed is renamed in every row that shows it.

CREATE MATERIALIZED VIEW dim_store_shop AS
SELECT store_code, store_name, store_type, region, province, city, status AS store_status, open_date, close_date, fcustid
FROM ods_store_shop;

-- Shops by the number that the ERP has for them.
CREATE MATERIALIZED VIEW dim_store_shop_fcustid AS
SELECT s.fcustid, s.store_code, s.store_name, s.region, s.province, s.city, c.FNAME AS customer_name
FROM ods_store_shop s
LEFT JOIN ods_t_bd_customer_l c ON c.FCUSTID = s.fcustid AND c.FLOCALEID = 2052;

CREATE MATERIALIZED VIEW dim_product_sku AS
SELECT k.sku_code, k.sku_name, k.spec, k.unit, k.sale_price AS list_price, k.cost_price, k.status AS sku_status,
       p.spu_id, p.spu_name, p.brand, c.category_id, c.category_name
FROM ods_product_sku k
LEFT JOIN ods_product_spu p ON p.spu_id = k.spu_id
LEFT JOIN ods_product_category c ON c.category_id = p.category_id;

CREATE MATERIALIZED VIEW dim_jd_erp_material AS
SELECT m.FMATERIALID AS material_id, m.FNUMBER AS material_number, m.FMATERIALGROUP AS material_group, l.FNAME AS material_name, l.FSPECIFICATION AS specification
FROM ods_t_bd_material m
LEFT JOIN ods_t_bd_material_l l ON l.FMATERIALID = m.FMATERIALID AND l.FLOCALEID = 2052;

CREATE MATERIALIZED VIEW dim_jd_erp_stock AS
SELECT FSTOCKID AS stock_id, FNAME AS stock_name
FROM ods_t_bd_stock_l
WHERE FLOCALEID = 2052;
