-- Production: what is to be made and what of it came into stock (state 6: done).

CREATE MATERIALIZED VIEW dwd_t_prd_mo AS
SELECT e.FENTRYID AS entry_id, h.FID AS bill_id, h.FBILLNO AS bill_no, h.FDATE AS bill_date, h.FDOCUMENTSTATUS AS document_status, h.FCANCELSTATUS AS cancel_status,
       e.FMATERIALID AS material_id, m.material_number, m.material_name, m.material_group, e.FQTY AS quantity, e.FSTOCKINQTY AS stock_in_quantity, e.FSTATUS AS state
FROM ods_t_prd_moentry e
JOIN ods_t_prd_mo h ON h.FID = e.FID
LEFT JOIN dim_jd_erp_material m ON m.material_id = e.FMATERIALID;

CREATE MATERIALIZED VIEW ads_production AS
SELECT CAST(bill_date AS DATE) AS bill_day, COALESCE(material_group, 0) AS material_group, document_status, COUNT(*) AS line_count, SUM(quantity) AS quantity, SUM(stock_in_quantity) AS stock_in_quantity
FROM dwd_t_prd_mo
WHERE cancel_status = 'A'
GROUP BY CAST(bill_date AS DATE), COALESCE(material_group, 0), document_status;
