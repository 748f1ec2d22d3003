CREATE TABLE orders (id BIGINT NOT NULL, customer BIGINT, shop INT, amount DECIMAL(18, 2), note STRING, placed TIMESTAMP(3), at TIMESTAMP_LTZ(3), day DATE, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE customers (id BIGINT NOT NULL, name STRING, city STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE VIEW totals AS SELECT shop, SUM(amount) AS total FROM orders GROUP BY shop;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM totals WHERE total > 1;
CREATE FUNCTION double_it(x BIGINT) RETURNS BIGINT AS x * 2;
====
SELECT nme FROM customers
----
error: Line 1, column 8: There is no column nme. Did you mean name?
====
SELECT c.nme FROM customers c
----
error: Line 1, column 8: There is no column nme in c. Did you mean name?
====
SELECT d.name FROM customers c
----
error: Line 1, column 8: There is no table or alias d.
====
SELECT UPPR(name) FROM customers
----
error: Line 1, column 8: There is no function UPPR. Did you mean UPPER?
====
SELECT SUM(amount) FROM orders WHERE SUM(amount) > 1
----
error: Line 1, column 38: The aggregate SUM cannot stand in WHERE; use HAVING.
====
SELECT id FROM orders WHERE ROW_NUMBER() OVER (ORDER BY id) = 1
----
error: Line 1, column 29: The window function ROW_NUMBER cannot stand in WHERE; compute it in a subquery or use QUALIFY.
====
SELECT SUM(SUM(amount)) FROM orders
----
error: Line 1, column 12: SUM stands inside another aggregate; compute the inner one in a subquery.
====
SELECT ROW_NUMBER() FROM orders
----
error: Line 1, column 8: ROW_NUMBER is a window function; it needs OVER (... ORDER BY ...).
====
SELECT id FROM orders WHERE amount
----
error: Line 1, column 29: A condition was expected in WHERE, and this is a value of type DECIMAL(18, 2).
====
SELECT * FROM orders o, customers c WHERE o.id > c.id
----
error: Line 1, column 25: The join of orders with customers has no bound: each row of one meets each row of the other, so its state and its work grow with the product. Its conditions have no equality between the two sides. Add an equality between a column of one and a column of the other to ON or WHERE, or aggregate one side to one row.
====
SELECT * FROM orders o JOIN customers c ON o.id > c.id AND c.city = 'X'
----
error: Line 1, column 15: The join of orders with customers has no bound: each row of one meets each row of the other, so its state and its work grow with the product. Its conditions have no equality between the two sides. Add an equality between a column of one and a column of the other to ON or WHERE, or aggregate one side to one row.
====
SELECT * FROM orders o, (SELECT MAX(id) AS top FROM customers) m WHERE o.id > m.top
----
InnerJoin where (id > MAX)
  Scan orders [id, customer, shop, amount, note, placed, at, day]
  Aggregate MAX(id)
    Scan customers [id]
====
SELECT id FROM orders UNION SELECT id, name FROM customers
----
error: Line 1, column 29: UNION joins queries of as many columns; the first has 1 and this one 2.
====
SELECT id FROM orders UNION SELECT name FROM customers
----
error: Line 1, column 29: UNION: column 1 (id) is BIGINT and here STRING; write a CAST.
====
SELECT CASE WHEN id > 1 THEN name ELSE 5 END FROM customers
----
error: Line 1, column 8: The branches of CASE have nothing in common: STRING, INT. Write a CAST.
====
SELECT id, name FROM customers ORDER BY 3
----
error: Line 1, column 41: ORDER BY 3 means a column of the select list by its place, which is from 1 to 2.
====
SELECT DISTINCT city FROM customers ORDER BY name
----
error: Line 1, column 46: With SELECT DISTINCT, ORDER BY names expressions of the select list alone.
====
SELECT id AS a, name AS a FROM customers
----
Project [id AS a, name AS a]
  Scan customers [id, name]
====
EXPLAIN CREATE VIEW v AS SELECT id AS a, name AS a FROM customers
----
error: Line 1, column 26: The view v would have two columns called a; give one an alias.
====
CREATE VIEW v (a) AS SELECT id, name FROM customers
----
error: Line 1, column 16: The query of v has 2 columns and 1 names.
====
CREATE VIEW totals AS SELECT 1 AS x
----
error: Line 1, column 13: There is a view totals already; use CREATE OR REPLACE, or DROP it first.
====
CREATE OR REPLACE VIEW totals AS SELECT shop, total FROM kept
----
error: Line 1, column 24: The view totals would read itself: totals reads kept reads totals. A cycle of views has no answer.
====
CREATE VIEW itself AS SELECT * FROM itself
----
error: Line 1, column 37: The view itself reads itself. A view cannot be in its own query.
====
INSERT INTO customers SELECT id, note FROM orders
----
error: Line 1, column 23: The query gives 2 columns and INSERT INTO customers takes 3: id, name, city.
====
INSERT INTO customers (name, id) SELECT note, id FROM orders
----
into customers
Project [id, note AS name, NULL AS city]
  Scan orders [id, note]
====
INSERT INTO customers (name) SELECT note FROM orders
----
error: Line 1, column 1: The column id of customers is NOT NULL and INSERT gives it no value.
====
INSERT INTO totals SELECT 1, 2
----
error: Line 1, column 13: totals is a view; rows are inserted into tables.
====
INSERT INTO customers SELECT id, id, id FROM orders
----
error: Line 1, column 23: The column name is STRING and the query gives id as BIGINT; write a CAST.
====
EXPLAIN CREATE VIEW v AS SELECT id, NOW() AS n FROM orders
----
error: Line 1, column 26: NOW(), or a column AS PROCTIME(), is kept or computed with in a live view. It can be compared with in WHERE, and stand in FOR SYSTEM_TIME AS OF; name the columns of the select list without it.
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders WHERE at > NOW() - INTERVAL '1' DAY AND at <= NOW()
----
Project [id]
  TimeFilter from CAST(at AS TIMESTAMP_LTZ(6)) until CAST((at + INTERVAL '1.00:00:00') AS TIMESTAMP_LTZ(6))
    Scan orders [id, at]
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders WHERE day = CURRENT_DATE
----
Project [id]
  TimeFilter from CAST(day AS TIMESTAMP_LTZ(6)) until (CAST(day AS TIMESTAMP_LTZ(6)) + INTERVAL '1.00:00:00')
    Scan orders [id, day]
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders WHERE placed BETWEEN NOW() - INTERVAL '1' HOUR AND NOW()
----
Project [id]
  TimeFilter from CAST(placed AS TIMESTAMP_LTZ(6)) until (CAST((placed + INTERVAL '01:00:00') AS TIMESTAMP_LTZ(6)) + INTERVAL '00:00:00.0000010')
    Scan orders [id, placed]
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders WHERE at > NOW() OR id = 1
----
error: Line 1, column 54: A live view follows the clock in conditions that compare NOW() or CURRENT_DATE, plus or less a constant interval, with an expression of the row by <, <=, >, >=, = or BETWEEN, bound by AND. This one is of another form.
====
SELECT id FROM orders WHERE at > NOW() OR id = 1
----
Project [id]
  Filter condition
    Project [id, ((at > NOW()) OR (id = 1)) AS condition]
      Scan orders [id, at]
====
EXPLAIN CREATE VIEW v AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer WHERE o.at > NOW() - INTERVAL '1' DAY
----
Project [id$0 AS id, name]
  InnerJoin on [customer] = [id]
    Project [id, customer]
      TimeFilter until CAST((at + INTERVAL '1.00:00:00') AS TIMESTAMP_LTZ(6))
        Scan orders [id, customer, at]
    Scan customers [id, name]
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders ORDER BY id LIMIT 3
----
Top order [id] 1 to 3
  Scan orders [id]
====
EXPLAIN CREATE VIEW v AS SELECT id FROM orders ORDER BY id
----
Scan orders [id]
====
SELECT double_it(id) FROM orders WHERE double_it(id) > 4
----
Project [(id * 2) AS EXPR$0]
  Filter ((id * 2) > 4)
    Scan orders [id]
====
SELECT double_it(name) FROM customers
----
error: Line 1, column 8: double_it takes x as BIGINT, not as STRING; write a CAST.
====
SELECT double_it(1, 2) FROM customers
----
error: Line 1, column 8: double_it takes 1 arguments (x BIGINT), not 2.
====
CREATE FUNCTION bad(x BIGINT) RETURNS BIGINT AS y + 1
----
error: Line 1, column 49: There is no column y.
====
CREATE TABLE t (a INT, a STRING)
----
error: Line 1, column 24: The table t has two columns called a.
====
CREATE TABLE t (a INT, PRIMARY KEY (b) NOT ENFORCED)
----
error: Line 1, column 37: There is no column of t called b.
====
CREATE TABLE t (a INT, b AS a + 1, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
----
done
====
CREATE TABLE u (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts + INTERVAL '5' SECOND)
----
error: Line 1, column 61: A watermark is ts, or ts less a constant interval of days or less.
====
CREATE TABLE u (a MAP<STRING, INT>)
----
error: Line 1, column 19: MAP is not a type of columns here; keep it as a STRING with JSON and read it by JSON_VALUE.
====
SELECT b FROM t WHERE b > 3
----
Project [(a + 1) AS b]
  Filter ((a + 1) > 3)
    Scan t [a]
====
INSERT INTO t SELECT shop, placed FROM orders
----
into t
Project [shop AS a, placed AS ts]
  Scan orders [shop, placed]
====
INSERT INTO t (b) SELECT shop FROM orders
----
error: Line 1, column 16: The column b of t is computed; it takes no value.
====
DROP VIEW orders
----
error: Line 1, column 1: orders is a table; write DROP TABLE orders.
====
DROP TABLE nothing
----
error: Line 1, column 12: There is no table or view nothing.
====
DROP TABLE IF EXISTS nothing
----
BoundDrop { Kind = Table, Name = nothing, Exists = False }
====
EXPLAIN LINEAGE kept.totl
----
error: Line 1, column 22: There is no column of kept called totl. Did you mean total?
====
EXPLAIN LINEAGE kept
----
shop: orders.amount filtered, orders.shop copied, orders.shop filtered
total: orders.amount aggregated, orders.amount filtered, orders.shop filtered
====
WHY orders WHERE id = 1
----
error: Line 1, column 5: orders is a table: its rows come from its source. WHY asks for the rows behind a view.
====
WHY kept WHERE shop = 3
----
Filter (shop = 3)
  Scan kept [shop, total]
from orders
SemiJoin on [shop IS NULL, CASE WHEN shop IS NULL THEN 0 ELSE shop END] = [shop IS NULL, CASE WHEN shop IS NULL THEN 0 ELSE shop END]
  Scan orders [id, customer, shop, amount, note, placed, at, day]
  Project [shop]
    Filter (SUM > 1)
      Aggregate by [shop] SUM(amount)
        Filter (shop = 3)
          Scan orders [shop, amount]
====
SELECT COUNT(*), shop FROM orders
----
error: Line 1, column 18: The column shop is neither in GROUP BY nor in an aggregate.
====
SELECT shop, COUNT(*) FROM orders GROUP BY shop, TUMBLE(placed, INTERVAL '1' HOUR), HOP(placed, INTERVAL '1' HOUR, INTERVAL '2' HOUR)
----
error: Line 1, column 35: GROUP BY has two windows; use one.
====
SELECT TUMBLE_START(placed, INTERVAL '2' HOUR) FROM orders GROUP BY TUMBLE(placed, INTERVAL '1' HOUR)
----
error: Line 1, column 8: TUMBLE_START names a window that is not in GROUP BY; write it there with the same arguments.
====
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(note), INTERVAL '1' HOUR))
----
error: Line 1, column 42: Windows are over a TIMESTAMP or TIMESTAMP_LTZ, and note is STRING.
====
SELECT * FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed), INTERVAL '1' MONTH))
----
error: Line 1, column 62: A constant interval of days or less was expected, for example INTERVAL '10' MINUTE.
====
SELECT * FROM TABLE(CUMULATE(DATA => TABLE orders, TIMECOL => DESCRIPTOR(placed), STEP => INTERVAL '1' HOUR, SIZE => INTERVAL '1' DAY))
----
CumulateWindow placed size 86400s step 3600s
  Scan orders [id, customer, shop, amount, note, placed, at, day]
====
SELECT SUM(amount) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING) FROM orders
----
error: Line 1, column 38: The frame ends before it begins.
====
SELECT SUM(amount) OVER w AS s, LAG(amount, 2, 0) OVER w AS l FROM orders WINDOW w AS (PARTITION BY shop ORDER BY placed)
----
Project [SUM AS s, LAG AS l]
  Over by [shop] order [placed], SUM(amount) range first to 0, Lag[amount, 2, 0.00] rows first to last
    Scan orders [shop, amount, placed]
====
SELECT SUM(amount) OVER (PARTITION BY shop ORDER BY placed RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW) FROM orders
----
Project [SUM AS EXPR$0]
  Over by [shop] order [placed], SUM(amount) range 3600000000 to 0
    Scan orders [shop, amount, placed]
====
SELECT RANK() OVER (PARTITION BY shop) FROM orders
----
error: Line 1, column 8: RANK numbers rows in an order: its OVER needs ORDER BY.
====
SELECT COUNT(*) FROM orders GROUP BY GROUPING SETS ((shop, customer), (shop), ())
----
Project [COUNT AS EXPR$0]
  Union
    Project [COUNT]
      Aggregate by [shop, customer, set] COUNT(*)
        Expand [shop, customer, 0][shop, NULL, 1]
          Scan orders [customer, shop]
    Aggregate COUNT(*)
      Scan orders [shop]
====
SELECT shop, GROUPING(customer) AS g, SUM(SUM(amount)) OVER (ORDER BY shop) AS running FROM orders GROUP BY CUBE (shop, customer)
----
Project [shop, CASE WHEN (set = 0) THEN 0 WHEN (set = 1) THEN 1 WHEN (set = 2) THEN 0 ELSE 1 END AS g, SUM$3 AS running]
  Over order [shop], SUM(SUM) range first to 0
    Union
      Project [shop, set, SUM]
        Aggregate by [shop, customer, set] SUM(amount)
          Expand [shop, customer, 0, amount][shop, NULL, 1, amount][NULL, customer, 2, amount]
            Scan orders [customer, shop, amount]
      Project [NULL AS shop, 3 AS set, SUM]
        Aggregate SUM(amount)
          Scan orders [amount]
====
SELECT * FROM customers NATURAL JOIN orders
----
Project [id$0 AS id, name, city, customer, shop, amount, note, placed, at, day]
  InnerJoin on [id] = [id]
    Scan customers [id, name, city]
    Scan orders [id, customer, shop, amount, note, placed, at, day]
====
SELECT * FROM customers JOIN orders USING (name)
----
error: Line 1, column 44: There is no column on the right side of USING called name.
====
SELECT DATE '2026-13-01'
----
error: Line 1, column 8: '2026-13-01' is no date; it is written like '2026-01-31'.
====
SELECT INTERVAL '1 2' DAY TO HOUR, INTERVAL 'x' DAY
----
error: Line 1, column 36: 'x' is no interval of DAY; it is written like '5'.
====
SELECT 1 AS one, 'a' || 'b' AS ab, NULL AS nothing, 1.50 AS half, DATE '2026-01-31' AS day
----
Project [1 AS one, 'ab' AS ab, NULL AS nothing, 1.50 AS half, DATE '2026-01-31' AS day]
  Values []
====
VALUES (1, 'a'), (2, NULL)
----
Values [1, 'a'][2, NULL]
====
VALUES (1, 'a'), (2)
----
error: Line 1, column 18: The rows of VALUES have as many values each; the first has 2 and this one 1.
====
SELECT id FROM orders LIMIT 0
----
Sort [] limit 0
  Scan orders [id]
====
SELECT id FROM orders WHERE 1 = 0
----
Values
====
SHOW TABLES
----
BoundShow { Kind = Tables, Relation = , Function = , Like =  }
====
SELECT STRING_AGG(name, ', ' ORDER BY id) FROM customers
----
Project [STRING_AGG AS EXPR$0]
  Aggregate STRING_AGG(name, ', ') ORDER [id]
    Scan customers [id, name]
====
SELECT STRING_AGG(name, id) FROM customers
----
error: Line 1, column 25: The separator of STRING_AGG must be a constant string.
====
SELECT FIRST_VALUE(name ORDER BY id DESC) FILTER (WHERE city = 'Rome') FROM customers
----
Project [FIRST_VALUE AS EXPR$0]
  Aggregate FIRST_VALUE(name) ORDER [id DESC] FILTER (city = 'Rome')
    Scan customers [id, name, city]
====
SELECT AVG(name) FROM customers
----
error: Line 1, column 12: AVG does not take STRING.
====
SELECT id, RAND() AS r FROM orders
----
error: Line 1, column 12: RAND is not part of the dialect: it gives another value each time, and what a view holds must be the same when it is computed again. Let the source write the value with the row; for a stable one take a hash of the row's key: MD5(CAST(id AS STRING)); for a sample of a hundredth write MOD(id, 100) = 0 into WHERE.
====
SELECT id, UUID() AS u FROM orders
----
error: Line 1, column 12: UUID is not part of the dialect: it gives another value each time, and what a view holds must be the same when it is computed again. Let the source write the value with the row; for a stable one take a hash of the row's key: MD5(CAST(id AS STRING)); for a sample of a hundredth write MOD(id, 100) = 0 into WHERE.
====
SELECT id FROM orders WHERE at < CURRENT_WATERMARK(at)
----
error: Line 1, column 34: CURRENT_WATERMARK is not part of the dialect: late rows are dropped, and counted, where the table declares a WATERMARK; for what is older than now, compare with NOW() in WHERE.
====
SELECT id, MAP['a', 1] AS m FROM orders
----
error: Line 1, column 12: Maps are not supported; keep them as a STRING with JSON.
====
SELECT id, ROW(id, amount) AS r FROM orders
----
error: Line 1, column 12: A row of values can be compared by =, <> and IN; it is no value of its own.
