-- ERP sales: what shops order from head office, line by line. Sums are right over audited bills (C) that were not cancelled (A), in their valid version.

CREATE MATERIALIZED VIEW dwd_t_sal_order WITH ('rows' = 'computed') AS
SELECT e.FENTRYID AS entry_id, h.FID AS bill_id, h.FBILLNO AS bill_no, h.FDATE AS bill_date, h.FDOCUMENTSTATUS AS document_status, h.FCANCELSTATUS AS cancel_status,
       h.FFINALVERSION AS final_version, h.FSALEORGID AS sale_org_id, h.FCUSTID AS customer_id, c.customer_name, c.store_code, c.store_name, c.region, c.city,
       e.FSEQ AS line_no, e.FMATERIALID AS material_id, m.material_number, m.material_name, m.material_group,
       e.FQTY AS quantity, f.FTAXPRICE AS tax_price, f.FALLAMOUNT AS all_amount, f.FAMOUNT AS amount,
       r.FSTOCKOUTQTY AS stock_out_quantity, r.last_stock_id, t.stock_name AS last_stock_name
FROM ods_t_sal_orderentry e
JOIN ods_t_sal_order h ON h.FID = e.FID
JOIN ods_t_sal_orderentry_f f ON f.FENTRYID = e.FENTRYID
LEFT JOIN (
    SELECT p.FENTRYID, p.FSTOCKOUTQTY, MAX(o.FSTOCKID) AS last_stock_id
    FROM ods_t_sal_orderentry_r p
    LEFT JOIN ods_t_sal_outstockentry_lk k ON k.FSID = p.FENTRYID AND k.FSTABLENAME = 'T_SAL_ORDERENTRY'
    LEFT JOIN ods_t_sal_outstockentry o ON o.FENTRYID = k.FENTRYID
    GROUP BY p.FENTRYID, p.FSTOCKOUTQTY
) AS r ON r.FENTRYID = e.FENTRYID
LEFT JOIN dim_jd_erp_material m ON m.material_id = e.FMATERIALID
LEFT JOIN dim_jd_erp_stock t ON t.stock_id = r.last_stock_id
LEFT JOIN dim_store_shop_fcustid c ON c.fcustid = h.FCUSTID;

CREATE MATERIALIZED VIEW ads_jd_order_sales AS
SELECT CAST(bill_date AS DATE) AS bill_day, store_code, store_name, region, material_group,
       COUNT(DISTINCT bill_id) AS bill_count, SUM(quantity) AS quantity, SUM(stock_out_quantity) AS stock_out_quantity, SUM(all_amount) AS all_amount, SUM(amount) AS amount
FROM dwd_t_sal_order
WHERE document_status = 'C' AND cancel_status = 'A' AND final_version = '1'
GROUP BY CAST(bill_date AS DATE), store_code, store_name, region, material_group;
