-- T+1 dimensions: the DWS computes them at night (dws/daily.sql). They are read from there on a timer, used in joins, and kept in Redis. Put the connections of yours here.

CREATE TABLE dim_store_level (
    store_code STRING NOT NULL,
    sales_level STRING,
    sales_amount DECIMAL(38, 2),
    computed_on DATE,
    PRIMARY KEY (store_code) NOT ENFORCED
) WITH ('connector' = 'postgresql', 'connection' = 'Host=127.0.0.1;Port=5432;Database=dws;Username=dws', 'table' = 'dim_store_level', 'at' = '02:30', 'time-zone' = 'Asia/Shanghai');

CREATE MATERIALIZED VIEW ads_level_sales AS
SELECT s.pay_date, COALESCE(l.sales_level, 'new') AS sales_level, COUNT(DISTINCT s.store_code) AS store_count, SUM(s.order_count) AS order_count, SUM(s.net_amount) AS net_amount
FROM ads_order_sales s
LEFT JOIN dim_store_level l ON l.store_code = s.store_code
GROUP BY s.pay_date, COALESCE(l.sales_level, 'new');

CREATE TABLE redis_dim_store_level (
    store_code STRING NOT NULL,
    sales_level STRING,
    sales_amount DECIMAL(38, 2),
    computed_on DATE,
    PRIMARY KEY (store_code) NOT ENFORCED
) WITH ('connector' = 'redis', 'connection' = '127.0.0.1:6379', 'prefix' = 'dim_store_level');
INSERT INTO redis_dim_store_level SELECT * FROM dim_store_level;
