CREATE TABLE gqsh_order (id BIGINT NOT NULL, order_no STRING NOT NULL, shop_id BIGINT, user_id BIGINT, status INT, pay_amount DECIMAL(18, 2), freight DECIMAL(18, 2), pay_time TIMESTAMP(3), created TIMESTAMP(3), is_deleted TINYINT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'format' = 'canal-json');
CREATE TABLE gqsh_order_after_sales (id BIGINT NOT NULL, order_id BIGINT, status INT, refund_amount DECIMAL(18, 2), refund_time TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'format' = 'canal-json');
CREATE TABLE dim_store_shop (shop_id BIGINT NOT NULL, shop_name STRING, region STRING, PRIMARY KEY (shop_id) NOT ENFORCED);
CREATE TABLE gqsh_order_ext (order_id BIGINT NOT NULL, channel STRING, remark STRING, PRIMARY KEY (order_id) NOT ENFORCED) WITH ('connector' = 'kafka', 'format' = 'canal-json');
CREATE TABLE perf_record (id BIGINT NOT NULL, order_id BIGINT, perf_id BIGINT, share DECIMAL(9, 4), PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE perf_info (id BIGINT NOT NULL, clerk STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE gqsh_order_item (id BIGINT NOT NULL, order_id BIGINT NOT NULL, sku_id BIGINT, quantity INT, price DECIMAL(18, 2), PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'kafka', 'format' = 'canal-json');
CREATE TABLE gqsh_order_after_sales_dtl (id BIGINT NOT NULL, item_id BIGINT, after_sales_id BIGINT, quantity INT, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE dim_product_sku (sku_id BIGINT NOT NULL, sku_name STRING, brand STRING, PRIMARY KEY (sku_id) NOT ENFORCED);
CREATE TABLE t_sal_order (FID BIGINT NOT NULL, FBILLNO STRING, FDATE DATE, FCUSTID BIGINT, FDOCUMENTSTATUS STRING, FFINALVERSION STRING, FCANCELSTATUS STRING, PRIMARY KEY (FID) NOT ENFORCED);
CREATE TABLE t_sal_orderentry (FENTRYID BIGINT NOT NULL, FID BIGINT NOT NULL, FMATERIALID BIGINT, FQTY DECIMAL(23, 10), PRIMARY KEY (FENTRYID) NOT ENFORCED);
CREATE TABLE t_sal_orderentry_f (FENTRYID BIGINT NOT NULL, FALLAMOUNT DECIMAL(23, 10), PRIMARY KEY (FENTRYID) NOT ENFORCED);
CREATE TABLE ads_order_sales (shop_id BIGINT NOT NULL, day DATE NOT NULL, orders BIGINT, sales DECIMAL(38, 2), PRIMARY KEY (shop_id, day) NOT ENFORCED) WITH ('connector' = 'postgresql');
====
CREATE MATERIALIZED VIEW dwd_gqsh_order_gqsh_order AS
SELECT o.id, o.order_no, o.shop_id, s.shop_name, s.region, o.user_id, o.status, o.pay_amount, o.freight, o.pay_time, e.channel, e.remark,
  a.refunds, a.refunded, a.last_refund, p.clerks
FROM gqsh_order o
LEFT JOIN (SELECT order_id, COUNT(*) AS refunds, SUM(refund_amount) AS refunded, MAX(refund_time) AS last_refund FROM gqsh_order_after_sales WHERE status = 5 GROUP BY order_id) a ON a.order_id = o.id
LEFT JOIN dim_store_shop s ON s.shop_id = o.shop_id
LEFT JOIN gqsh_order_ext e ON e.order_id = o.id
LEFT JOIN (SELECT r.order_id, STRING_AGG(i.clerk, ',' ORDER BY i.clerk) AS clerks FROM perf_record r JOIN perf_info i ON i.id = r.perf_id GROUP BY r.order_id) p ON p.order_id = o.id
WHERE o.is_deleted = 0
----
key id
Project [id, order_no, shop_id$2 AS shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
  LeftJoin on [id] = [order_id]
    LeftJoin on [id] = [order_id]
      LeftJoin on [shop_id] = [shop_id]
        LeftJoin on [id] = [order_id]
          Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
            Filter (is_deleted = 0)
              Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
          Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
            Filter (status = 5)
              Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
        Scan dim_store_shop [shop_id, shop_name, region]
      Scan gqsh_order_ext [order_id, channel, remark]
    Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
      InnerJoin on [perf_id] = [id]
        Scan perf_record [order_id, perf_id]
        Scan perf_info [id, clerk]
====
CREATE MATERIALIZED VIEW dwd_gqsh_order_gqsh_order_item AS
SELECT i.id AS item_id, o.id AS order_id, o.order_no, o.shop_id, o.shop_name, o.region, o.status, o.pay_time, i.sku_id, k.sku_name, k.brand, i.quantity, i.price, i.quantity * i.price AS line_amount,
  COALESCE(d.returned, 0) AS returned
FROM gqsh_order_item i
JOIN dwd_gqsh_order_gqsh_order o ON o.id = i.order_id
LEFT JOIN (SELECT item_id, SUM(quantity) AS returned FROM gqsh_order_after_sales_dtl GROUP BY item_id) d ON d.item_id = i.id
LEFT JOIN dim_product_sku k ON k.sku_id = i.sku_id
----
key item_id
Project [id$0 AS item_id, id$5 AS order_id, order_no, shop_id, shop_name, region, status, pay_time, sku_id$2 AS sku_id, sku_name, brand, quantity, price, (CAST(quantity AS DECIMAL(10, 0)) * price) AS line_amount, COALESCE(returned, 0) AS returned]
  LeftJoin on [sku_id] = [sku_id]
    LeftJoin on [id$0] = [item_id]
      InnerJoin on [order_id] = [id]
        Scan gqsh_order_item [id, order_id, sku_id, quantity, price]
        Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, status, pay_time]
      Aggregate by [item_id] SUM(quantity)
        Scan gqsh_order_after_sales_dtl [item_id, quantity]
    Scan dim_product_sku [sku_id, sku_name, brand]
====
INSERT INTO ads_order_sales SELECT shop_id, CAST(pay_time AS DATE) AS day, COUNT(DISTINCT order_id), SUM(line_amount) FROM dwd_gqsh_order_gqsh_order_item WHERE status >= 2 AND shop_id IS NOT NULL AND pay_time IS NOT NULL GROUP BY shop_id, CAST(pay_time AS DATE)
----
into ads_order_sales
Project [shop_id, key AS day, COUNT AS orders, SUM AS sales]
  Aggregate by [shop_id, CAST(pay_time AS DATE)] COUNT(DISTINCT order_id), SUM(line_amount)
    Filter ((status >= 2) AND shop_id IS NOT NULL AND pay_time IS NOT NULL)
      Scan dwd_gqsh_order_gqsh_order_item [order_id, shop_id, status, pay_time, line_amount]
====
CREATE VIEW dwd_t_sal_order AS
SELECT e.FENTRYID AS entry, o.FBILLNO AS bill, o.FDATE AS day, e.FMATERIALID AS material, e.FQTY AS quantity, f.FALLAMOUNT AS amount
FROM t_sal_order o JOIN t_sal_orderentry e ON e.FID = o.FID JOIN t_sal_orderentry_f f ON f.FENTRYID = e.FENTRYID
WHERE o.FDOCUMENTSTATUS = 'C' AND o.FFINALVERSION = '1' AND o.FCANCELSTATUS = 'A'
----
key entry
Project [FENTRYID$3 AS entry, FBILLNO AS bill, FDATE AS day, FMATERIALID AS material, FQTY AS quantity, FALLAMOUNT AS amount]
  InnerJoin on [FENTRYID] = [FENTRYID]
    InnerJoin on [FID] = [FID]
      Project [FID, FBILLNO, FDATE]
        Filter ((FDOCUMENTSTATUS = 'C') AND (FFINALVERSION = '1') AND (FCANCELSTATUS = 'A'))
          Scan t_sal_order [FID, FBILLNO, FDATE, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
      Scan t_sal_orderentry [FENTRYID, FID, FMATERIALID, FQTY]
    Scan t_sal_orderentry_f [FENTRYID, FALLAMOUNT]
====
CREATE MATERIALIZED VIEW app_first_consume_date AS
SELECT user_id, pay_time, order_no FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY pay_time) AS n FROM dwd_gqsh_order_gqsh_order WHERE status >= 2) WHERE n = 1
----
key user_id
Project [user_id, pay_time, order_no]
  Top by [user_id] order [pay_time] 1 to 1
    Project [order_no, user_id, pay_time]
      Filter (status >= 2)
        Scan dwd_gqsh_order_gqsh_order [order_no, user_id, status, pay_time]
====
CREATE MATERIALIZED VIEW cancel_soon AS SELECT id, order_no FROM gqsh_order WHERE status = 1 AND CAST(created AS TIMESTAMP_LTZ(3)) < NOW() - INTERVAL '30' MINUTE
----
key id
Project [id, order_no]
  TimeFilter from (CAST((CAST(created AS TIMESTAMP_LTZ(3)) + INTERVAL '00:30:00') AS TIMESTAMP_LTZ(6)) + INTERVAL '00:00:00.0000010')
    Filter (status = 1)
      Scan gqsh_order [id, order_no, status, created]
====
EXPLAIN LINEAGE dwd_gqsh_order_gqsh_order_item.line_amount
----
line_amount: dim_product_sku.sku_id filtered, dim_store_shop.shop_id filtered, gqsh_order.id filtered, gqsh_order.is_deleted filtered, gqsh_order.shop_id filtered, gqsh_order_after_sales.order_id filtered, gqsh_order_after_sales.status filtered, gqsh_order_after_sales_dtl.item_id filtered, gqsh_order_ext.order_id filtered, gqsh_order_item.id filtered, gqsh_order_item.order_id filtered, gqsh_order_item.price computed, gqsh_order_item.quantity computed, gqsh_order_item.sku_id filtered, perf_info.id filtered, perf_record.order_id filtered, perf_record.perf_id filtered
====
EXPLAIN LINEAGE dwd_gqsh_order_gqsh_order_item.returned
----
returned: dim_product_sku.sku_id filtered, dim_store_shop.shop_id filtered, gqsh_order.id filtered, gqsh_order.is_deleted filtered, gqsh_order.shop_id filtered, gqsh_order_after_sales.order_id filtered, gqsh_order_after_sales.status filtered, gqsh_order_after_sales_dtl.item_id filtered, gqsh_order_after_sales_dtl.quantity aggregated, gqsh_order_ext.order_id filtered, gqsh_order_item.id filtered, gqsh_order_item.order_id filtered, gqsh_order_item.sku_id filtered, perf_info.id filtered, perf_record.order_id filtered, perf_record.perf_id filtered
====
WHY dwd_t_sal_order WHERE entry = 100
----
Project [FENTRYID$3 AS entry, FBILLNO AS bill, FDATE AS day, FMATERIALID AS material, FQTY AS quantity, FALLAMOUNT AS amount]
  InnerJoin on [FENTRYID] = [FENTRYID]
    InnerJoin on [FID] = [FID]
      Project [FID, FBILLNO, FDATE]
        Filter ((FDOCUMENTSTATUS = 'C') AND (FFINALVERSION = '1') AND (FCANCELSTATUS = 'A'))
          Scan t_sal_order [FID, FBILLNO, FDATE, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
      Filter (FENTRYID = 100)
        Scan t_sal_orderentry [FENTRYID, FID, FMATERIALID, FQTY]
    Filter (FENTRYID = 100)
      Scan t_sal_orderentry_f [FENTRYID, FALLAMOUNT]
from t_sal_order
Project [FID$0 AS FID, FBILLNO, FDATE, FCUSTID, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
  InnerJoin on [FENTRYID] = [FENTRYID]
    InnerJoin on [FID] = [FID]
      Filter ((FDOCUMENTSTATUS = 'C') AND (FFINALVERSION = '1') AND (FCANCELSTATUS = 'A'))
        Scan t_sal_order [FID, FBILLNO, FDATE, FCUSTID, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
      Filter (FENTRYID = 100)
        Scan t_sal_orderentry [FENTRYID, FID]
    Filter (FENTRYID = 100)
      Scan t_sal_orderentry_f [FENTRYID]
from t_sal_orderentry
Project [FENTRYID$1 AS FENTRYID, FID$2 AS FID, FMATERIALID, FQTY]
  InnerJoin on [FENTRYID] = [FENTRYID]
    InnerJoin on [FID] = [FID]
      Project [FID]
        Filter ((FDOCUMENTSTATUS = 'C') AND (FFINALVERSION = '1') AND (FCANCELSTATUS = 'A'))
          Scan t_sal_order [FID, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
      Filter (FENTRYID = 100)
        Scan t_sal_orderentry [FENTRYID, FID, FMATERIALID, FQTY]
    Filter (FENTRYID = 100)
      Scan t_sal_orderentry_f [FENTRYID]
from t_sal_orderentry_f
Project [FENTRYID$3 AS FENTRYID, FALLAMOUNT]
  InnerJoin on [FENTRYID] = [FENTRYID]
    InnerJoin on [FID] = [FID]
      Project [FID]
        Filter ((FDOCUMENTSTATUS = 'C') AND (FFINALVERSION = '1') AND (FCANCELSTATUS = 'A'))
          Scan t_sal_order [FID, FDOCUMENTSTATUS, FFINALVERSION, FCANCELSTATUS]
      Filter (FENTRYID = 100)
        Scan t_sal_orderentry [FENTRYID, FID]
    Filter (FENTRYID = 100)
      Scan t_sal_orderentry_f [FENTRYID, FALLAMOUNT]
====
WHY dwd_gqsh_order_gqsh_order_item WHERE item_id = 42
----
Filter (item_id = 42)
  Scan dwd_gqsh_order_gqsh_order_item [item_id, order_id, order_no, shop_id, shop_name, region, status, pay_time, sku_id, sku_name, brand, quantity, price, line_amount, returned]
from dim_product_sku
Project [sku_id$5 AS sku_id, sku_name, brand]
  InnerJoin on [sku_id] = [sku_id]
    LeftJoin on [id$0] = [item_id]
      InnerJoin on [order_id] = [id]
        Filter (id = 42)
          Scan gqsh_order_item [id, order_id, sku_id]
        Scan dwd_gqsh_order_gqsh_order [id]
      Distinct by [item_id]
        Filter (item_id = 42)
          Scan gqsh_order_after_sales_dtl [item_id]
    Filter (sku_id IS NOT NULL OR sku_name IS NOT NULL OR brand IS NOT NULL)
      Scan dim_product_sku [sku_id, sku_name, brand]
from dim_store_shop
Distinct by [shop_id$12, shop_name, region]
  SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
    LeftJoin on [id] = [order_id]
      LeftJoin on [id] = [order_id]
        InnerJoin on [shop_id] = [shop_id]
          LeftJoin on [id] = [order_id]
            Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
              Filter (is_deleted = 0)
                Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
            Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
              Filter (status = 5)
                Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
          Filter (shop_id IS NOT NULL OR shop_name IS NOT NULL OR region IS NOT NULL)
            Scan dim_store_shop [shop_id, shop_name, region]
        Scan gqsh_order_ext [order_id, channel, remark]
      Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
        InnerJoin on [perf_id] = [id]
          Scan perf_record [order_id, perf_id]
          Scan perf_info [id, clerk]
    Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
      LeftJoin on [sku_id] = [sku_id]
        LeftJoin on [id$0] = [item_id]
          InnerJoin on [order_id] = [id]
            Filter (id = 42)
              Scan gqsh_order_item [id, order_id, sku_id]
            Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
          Distinct by [item_id]
            Filter (item_id = 42)
              Scan gqsh_order_after_sales_dtl [item_id]
        Scan dim_product_sku [sku_id]
from gqsh_order
Project [id, order_no, shop_id$2 AS shop_id, user_id, status, pay_amount, freight, pay_time, created, is_deleted]
  SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
    LeftJoin on [id] = [order_id]
      LeftJoin on [id] = [order_id]
        LeftJoin on [shop_id] = [shop_id]
          LeftJoin on [id] = [order_id]
            Filter (is_deleted = 0)
              Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, created, is_deleted]
            Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
              Filter (status = 5)
                Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
          Scan dim_store_shop [shop_id, shop_name, region]
        Scan gqsh_order_ext [order_id, channel, remark]
      Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
        InnerJoin on [perf_id] = [id]
          Scan perf_record [order_id, perf_id]
          Scan perf_info [id, clerk]
    Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
      LeftJoin on [sku_id] = [sku_id]
        LeftJoin on [id$0] = [item_id]
          InnerJoin on [order_id] = [id]
            Filter (id = 42)
              Scan gqsh_order_item [id, order_id, sku_id]
            Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
          Distinct by [item_id]
            Filter (item_id = 42)
              Scan gqsh_order_after_sales_dtl [item_id]
        Scan dim_product_sku [sku_id]
from gqsh_order_after_sales
SemiJoin on [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END] = [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END]
  Filter (status = 5)
    Scan gqsh_order_after_sales [id, order_id, status, refund_amount, refund_time]
  Project [order_id$8 AS order_id]
    SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
      LeftJoin on [id] = [order_id]
        LeftJoin on [id] = [order_id]
          LeftJoin on [shop_id] = [shop_id]
            InnerJoin on [id] = [order_id]
              Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
                Filter (is_deleted = 0)
                  Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
              Filter (order_id IS NOT NULL OR COUNT IS NOT NULL OR SUM IS NOT NULL OR MAX IS NOT NULL)
                Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
                  Filter (status = 5)
                    Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
            Scan dim_store_shop [shop_id, shop_name, region]
          Scan gqsh_order_ext [order_id, channel, remark]
        Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
          InnerJoin on [perf_id] = [id]
            Scan perf_record [order_id, perf_id]
            Scan perf_info [id, clerk]
      Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
        LeftJoin on [sku_id] = [sku_id]
          LeftJoin on [id$0] = [item_id]
            InnerJoin on [order_id] = [id]
              Filter (id = 42)
                Scan gqsh_order_item [id, order_id, sku_id]
              Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
            Distinct by [item_id]
              Filter (item_id = 42)
                Scan gqsh_order_after_sales_dtl [item_id]
          Scan dim_product_sku [sku_id]
from gqsh_order_after_sales_dtl
SemiJoin on [item_id IS NULL, CASE WHEN item_id IS NULL THEN 0 ELSE item_id END] = [item_id IS NULL, CASE WHEN item_id IS NULL THEN 0 ELSE item_id END]
  Scan gqsh_order_after_sales_dtl [id, item_id, after_sales_id, quantity]
  Project [item_id]
    LeftJoin on [sku_id] = [sku_id]
      InnerJoin on [id$0] = [item_id]
        InnerJoin on [order_id] = [id]
          Filter (id = 42)
            Scan gqsh_order_item [id, order_id, sku_id]
          Scan dwd_gqsh_order_gqsh_order [id]
        Filter (item_id IS NOT NULL OR SUM IS NOT NULL)
          Aggregate by [item_id] SUM(quantity)
            Filter (item_id = 42)
              Scan gqsh_order_after_sales_dtl [item_id, quantity]
      Scan dim_product_sku [sku_id]
from gqsh_order_ext
Project [order_id$15 AS order_id, channel, remark]
  SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
    LeftJoin on [id] = [order_id]
      InnerJoin on [id] = [order_id]
        LeftJoin on [shop_id] = [shop_id]
          LeftJoin on [id] = [order_id]
            Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
              Filter (is_deleted = 0)
                Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
            Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
              Filter (status = 5)
                Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
          Scan dim_store_shop [shop_id, shop_name, region]
        Filter (order_id IS NOT NULL OR channel IS NOT NULL OR remark IS NOT NULL)
          Scan gqsh_order_ext [order_id, channel, remark]
      Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
        InnerJoin on [perf_id] = [id]
          Scan perf_record [order_id, perf_id]
          Scan perf_info [id, clerk]
    Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
      LeftJoin on [sku_id] = [sku_id]
        LeftJoin on [id$0] = [item_id]
          InnerJoin on [order_id] = [id]
            Filter (id = 42)
              Scan gqsh_order_item [id, order_id, sku_id]
            Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
          Distinct by [item_id]
            Filter (item_id = 42)
              Scan gqsh_order_after_sales_dtl [item_id]
        Scan dim_product_sku [sku_id]
from gqsh_order_item
Project [id$0 AS id, order_id, sku_id$2 AS sku_id, quantity, price]
  LeftJoin on [sku_id] = [sku_id]
    LeftJoin on [id$0] = [item_id]
      InnerJoin on [order_id] = [id]
        Filter (id = 42)
          Scan gqsh_order_item [id, order_id, sku_id, quantity, price]
        Scan dwd_gqsh_order_gqsh_order [id]
      Distinct by [item_id]
        Filter (item_id = 42)
          Scan gqsh_order_after_sales_dtl [item_id]
    Scan dim_product_sku [sku_id]
from perf_info
Distinct by [id, clerk]
  SemiJoin on [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END] = [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END]
    InnerJoin on [perf_id] = [id]
      Scan perf_record [order_id, perf_id]
      Scan perf_info [id, clerk]
    Project [order_id$18 AS order_id]
      SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
        InnerJoin on [id] = [order_id]
          LeftJoin on [id] = [order_id]
            LeftJoin on [shop_id] = [shop_id]
              LeftJoin on [id] = [order_id]
                Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
                  Filter (is_deleted = 0)
                    Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
                Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
                  Filter (status = 5)
                    Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
              Scan dim_store_shop [shop_id, shop_name, region]
            Scan gqsh_order_ext [order_id, channel, remark]
          Filter (order_id IS NOT NULL OR STRING_AGG IS NOT NULL)
            Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
              InnerJoin on [perf_id] = [id]
                Scan perf_record [order_id, perf_id]
                Scan perf_info [id, clerk]
        Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
          LeftJoin on [sku_id] = [sku_id]
            LeftJoin on [id$0] = [item_id]
              InnerJoin on [order_id] = [id]
                Filter (id = 42)
                  Scan gqsh_order_item [id, order_id, sku_id]
                Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
              Distinct by [item_id]
                Filter (item_id = 42)
                  Scan gqsh_order_after_sales_dtl [item_id]
            Scan dim_product_sku [sku_id]
from perf_record
Project [id$0 AS id, order_id, perf_id, share]
  SemiJoin on [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END] = [order_id IS NULL, CASE WHEN order_id IS NULL THEN 0 ELSE order_id END]
    InnerJoin on [perf_id] = [id]
      Scan perf_record [id, order_id, perf_id, share]
      Scan perf_info [id]
    Project [order_id$18 AS order_id]
      SemiJoin on [id, order_no, shop_id$2 IS NULL, CASE WHEN shop_id$2 IS NULL THEN 0 ELSE shop_id$2 END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, COUNT IS NULL, CASE WHEN COUNT IS NULL THEN 0 ELSE COUNT END, SUM IS NULL, CASE WHEN SUM IS NULL THEN 0.00 ELSE SUM END, MAX IS NULL, CASE WHEN MAX IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE MAX END, STRING_AGG IS NULL, CASE WHEN STRING_AGG IS NULL THEN '' ELSE STRING_AGG END] = [id, order_no, shop_id IS NULL, CASE WHEN shop_id IS NULL THEN 0 ELSE shop_id END, shop_name IS NULL, CASE WHEN shop_name IS NULL THEN '' ELSE shop_name END, region IS NULL, CASE WHEN region IS NULL THEN '' ELSE region END, user_id IS NULL, CASE WHEN user_id IS NULL THEN 0 ELSE user_id END, status IS NULL, CASE WHEN status IS NULL THEN 0 ELSE status END, pay_amount IS NULL, CASE WHEN pay_amount IS NULL THEN 0.00 ELSE pay_amount END, freight IS NULL, CASE WHEN freight IS NULL THEN 0.00 ELSE freight END, pay_time IS NULL, CASE WHEN pay_time IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE pay_time END, channel IS NULL, CASE WHEN channel IS NULL THEN '' ELSE channel END, remark IS NULL, CASE WHEN remark IS NULL THEN '' ELSE remark END, refunds IS NULL, CASE WHEN refunds IS NULL THEN 0 ELSE refunds END, refunded IS NULL, CASE WHEN refunded IS NULL THEN 0.00 ELSE refunded END, last_refund IS NULL, CASE WHEN last_refund IS NULL THEN TIMESTAMP '1970-01-01 00:00:00' ELSE last_refund END, clerks IS NULL, CASE WHEN clerks IS NULL THEN '' ELSE clerks END]
        InnerJoin on [id] = [order_id]
          LeftJoin on [id] = [order_id]
            LeftJoin on [shop_id] = [shop_id]
              LeftJoin on [id] = [order_id]
                Project [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time]
                  Filter (is_deleted = 0)
                    Scan gqsh_order [id, order_no, shop_id, user_id, status, pay_amount, freight, pay_time, is_deleted]
                Aggregate by [order_id] COUNT(*), SUM(refund_amount), MAX(refund_time)
                  Filter (status = 5)
                    Scan gqsh_order_after_sales [order_id, status, refund_amount, refund_time]
              Scan dim_store_shop [shop_id, shop_name, region]
            Scan gqsh_order_ext [order_id, channel, remark]
          Filter (order_id IS NOT NULL OR STRING_AGG IS NOT NULL)
            Aggregate by [order_id] STRING_AGG(clerk, ',') ORDER [clerk]
              InnerJoin on [perf_id] = [id]
                Scan perf_record [order_id, perf_id]
                Scan perf_info [id, clerk]
        Project [id$3 AS id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
          LeftJoin on [sku_id] = [sku_id]
            LeftJoin on [id$0] = [item_id]
              InnerJoin on [order_id] = [id]
                Filter (id = 42)
                  Scan gqsh_order_item [id, order_id, sku_id]
                Scan dwd_gqsh_order_gqsh_order [id, order_no, shop_id, shop_name, region, user_id, status, pay_amount, freight, pay_time, channel, remark, refunds, refunded, last_refund, clerks]
              Distinct by [item_id]
                Filter (item_id = 42)
                  Scan gqsh_order_after_sales_dtl [item_id]
            Scan dim_product_sku [sku_id]
