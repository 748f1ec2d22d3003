-- ERP in-stock: what came from suppliers less what went back to them. A return names the receipt's line that it takes from in its link.

CREATE MATERIALIZED VIEW dwd_t_pur_mrb AS
SELECT e.FENTRYID AS entry_id, h.FID AS bill_id, h.FBILLNO AS bill_no, h.FDATE AS bill_date, h.FDOCUMENTSTATUS AS document_status, h.FCANCELSTATUS AS cancel_status,
       h.FSUPPLIERID AS supplier_id, h.FSTOCKORGID AS stock_org_id, e.FSEQ AS line_no, e.FSTOCKID AS stock_id, s.stock_name,
       e.FMATERIALID AS material_id, m.material_number, m.material_name, m.material_group, e.FRMREALQTY AS return_quantity, f.FALLAMOUNT AS all_amount, f.FAMOUNT AS amount
FROM ods_t_pur_mrbentry e
JOIN ods_t_pur_mrb h ON h.FID = e.FID
JOIN ods_t_pur_mrbentry_f f ON f.FENTRYID = e.FENTRYID
LEFT JOIN dim_jd_erp_material m ON m.material_id = e.FMATERIALID
LEFT JOIN dim_jd_erp_stock s ON s.stock_id = e.FSTOCKID;

-- Returned of each line of a receipt, by audited returns.
CREATE VIEW dws_instock_returned AS
SELECT k.FSID AS instock_entry_id, SUM(r.return_quantity) AS return_quantity, SUM(r.all_amount) AS return_amount
FROM ods_t_pur_mrbentry_lk k
JOIN dwd_t_pur_mrb r ON r.entry_id = k.FENTRYID
WHERE k.FSTABLENAME = 'T_STK_INSTOCKENTRY' AND r.document_status = 'C' AND r.cancel_status = 'A'
GROUP BY k.FSID;

CREATE MATERIALIZED VIEW ads_jd_instock AS
SELECT CAST(h.FDATE AS DATE) AS bill_day, e.FSTOCKID AS stock_id, s.stock_name, e.FMATERIALID AS material_id, m.material_number, m.material_name,
       COUNT(DISTINCT h.FID) AS bill_count, SUM(e.FREALQTY) AS real_quantity, SUM(COALESCE(r.return_quantity, 0)) AS return_quantity,
       SUM(e.FREALQTY) - SUM(COALESCE(r.return_quantity, 0)) AS net_quantity, SUM(f.FALLAMOUNT) - SUM(COALESCE(r.return_amount, 0)) AS net_amount
FROM ods_t_stk_instockentry e
JOIN ods_t_stk_instock h ON h.FID = e.FID
JOIN ods_t_stk_instockentry_f f ON f.FENTRYID = e.FENTRYID
LEFT JOIN dws_instock_returned r ON r.instock_entry_id = e.FENTRYID
LEFT JOIN dim_jd_erp_material m ON m.material_id = e.FMATERIALID
LEFT JOIN dim_jd_erp_stock s ON s.stock_id = e.FSTOCKID
WHERE h.FDOCUMENTSTATUS = 'C' AND h.FCANCELSTATUS = 'A'
GROUP BY CAST(h.FDATE AS DATE), e.FSTOCKID, s.stock_name, e.FMATERIALID, m.material_number, m.material_name;
