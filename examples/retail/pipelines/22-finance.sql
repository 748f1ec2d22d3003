-- Finance: what shops owe and what is owed to suppliers, by audited bills (C) that were not cancelled (A); the ledger's balances.

CREATE MATERIALIZED VIEW dwd_t_ar_receivable AS
SELECT r.FID AS bill_id, r.FBILLNO AS bill_no, r.FDATE AS bill_date, r.FDOCUMENTSTATUS AS document_status, r.FCANCELSTATUS AS cancel_status,
       r.FCUSTOMERID AS customer_id, c.customer_name, c.store_code, c.store_name, c.region,
       r.FALLAMOUNTFOR AS all_amount, r.FWRITTENOFFAMOUNT AS written_off, r.FALLAMOUNTFOR - r.FWRITTENOFFAMOUNT AS open_amount
FROM ods_t_ar_receivable r
LEFT JOIN dim_store_shop_fcustid c ON c.fcustid = r.FCUSTOMERID;

CREATE MATERIALIZED VIEW ads_receivable AS
SELECT CAST(bill_date AS DATE) AS bill_day, customer_id, customer_name, region, COUNT(*) AS bill_count,
       SUM(all_amount) AS all_amount, SUM(written_off) AS written_off, SUM(open_amount) AS open_amount
FROM dwd_t_ar_receivable
WHERE document_status = 'C' AND cancel_status = 'A'
GROUP BY CAST(bill_date AS DATE), customer_id, customer_name, region;

CREATE MATERIALIZED VIEW ads_payable AS
SELECT CAST(FDATE AS DATE) AS bill_day, FSUPPLIERID AS supplier_id, COUNT(*) AS bill_count,
       SUM(FALLAMOUNTFOR) AS all_amount, SUM(FWRITTENOFFAMOUNT) AS written_off, SUM(FALLAMOUNTFOR - FWRITTENOFFAMOUNT) AS open_amount
FROM ods_t_ap_payable
WHERE FDOCUMENTSTATUS = 'C' AND FCANCELSTATUS = 'A'
GROUP BY CAST(FDATE AS DATE), FSUPPLIERID;

CREATE MATERIALIZED VIEW ads_ledger AS
SELECT FACCOUNTID AS account_id, FYEAR AS fiscal_year, FPERIOD AS fiscal_period, SUM(FBEGINBALANCE) AS begin_balance, SUM(FDEBIT) AS debit, SUM(FCREDIT) AS credit, SUM(FENDBALANCE) AS end_balance
FROM ods_t_gl_balance
GROUP BY FACCOUNTID, FYEAR, FPERIOD;
