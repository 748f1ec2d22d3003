-- What the DWS computes at night over the results that the sinks keep there: levels of shops by what they sold in thirty days. For pipelines/54-dimensions-daily.sql.

CREATE TABLE IF NOT EXISTS dim_store_level (
    store_code TEXT NOT NULL,
    sales_level TEXT,
    sales_amount DECIMAL(38, 2),
    computed_on DATE,
    PRIMARY KEY (store_code)
);

BEGIN;
DELETE FROM dim_store_level;
INSERT INTO dim_store_level (store_code, sales_level, sales_amount, computed_on)
SELECT store_code, CASE NTILE(3) OVER (ORDER BY amount DESC, store_code) WHEN 1 THEN 'A' WHEN 2 THEN 'B' ELSE 'C' END, amount, CURRENT_DATE
FROM (SELECT store_code, SUM(net_amount) AS amount FROM ads_order_sales WHERE pay_date > CURRENT_DATE - 30 GROUP BY store_code) AS sold;
COMMIT;
