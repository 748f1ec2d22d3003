-- Purchasing: what was ordered from suppliers, line by line, and how much of it came. Cancelled orders are left out of the sums, whatever their state of audit.

CREATE MATERIALIZED VIEW dwd_t_pur_poorder WITH ('rows' = 'computed') AS
SELECT e.FENTRYID AS entry_id, h.FID AS bill_id, h.FBILLNO AS bill_no, h.FDATE AS bill_date, h.FDOCUMENTSTATUS AS document_status, h.FCANCELSTATUS AS cancel_status,
       h.FSUPPLIERID AS supplier_id, e.FSEQ AS line_no, e.FMATERIALID AS material_id, m.material_number, m.material_name, m.material_group,
       e.FQTY AS quantity, r.FSTOCKINQTY AS stock_in_quantity, f.FALLAMOUNT AS all_amount, f.FAMOUNT AS amount
FROM ods_t_pur_poorderentry e
JOIN ods_t_pur_poorder h ON h.FID = e.FID
JOIN ods_t_pur_poorderentry_f f ON f.FENTRYID = e.FENTRYID
JOIN ods_t_pur_poorderentry_r r ON r.FENTRYID = e.FENTRYID
LEFT JOIN dim_jd_erp_material m ON m.material_id = e.FMATERIALID;

CREATE MATERIALIZED VIEW ads_purchase_supplier AS
SELECT supplier_id, COUNT(DISTINCT bill_id) AS bill_count, SUM(quantity) AS quantity, SUM(stock_in_quantity) AS stock_in_quantity,
       SUM(all_amount) AS all_amount, SUM(CASE WHEN document_status = 'C' THEN all_amount ELSE 0 END) AS audited_amount
FROM dwd_t_pur_poorder
WHERE cancel_status = 'A'
GROUP BY supplier_id;
