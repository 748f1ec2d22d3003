CREATE TABLE orders (id BIGINT NOT NULL, customer BIGINT, shop INT, amount DECIMAL(18, 2), note STRING, created TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE items (id BIGINT NOT NULL, order_id BIGINT NOT NULL, sku STRING, quantity INT NOT NULL, price DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE customers (id BIGINT NOT NULL, name STRING, city STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE clicks (who BIGINT, page STRING, at TIMESTAMP_LTZ(3), seen TIMESTAMP(3)) WITH ('format' = 'json');
====
SELECT * FROM orders
----
Scan orders [id, customer, shop, amount, note, created]
====
SELECT o.id, amount * 2 AS twice FROM orders AS o WHERE amount > 10 AND shop IN (1, 2, 3)
----
Project [id, (amount * 2) AS twice]
  Filter ((amount > 10) AND shop IN [1, 2, 3])
    Scan orders [id, shop, amount]
====
SELECT c.name, SUM(o.amount) AS total, COUNT(*) AS n FROM orders o JOIN customers c ON o.customer = c.id WHERE c.city = 'Paris' GROUP BY c.name HAVING COUNT(*) > 2
----
Project [name, SUM AS total, COUNT AS n]
  Filter (COUNT > 2)
    Aggregate by [name] SUM(amount), COUNT(*)
      InnerJoin on [customer] = [id]
        Scan orders [customer, amount]
        Project [id, name]
          Filter (city = 'Paris')
            Scan customers [id, name, city]
====
SELECT o.id, c.name FROM orders o, customers c WHERE o.customer = c.id AND o.amount > 5
----
Project [id$0 AS id, name]
  InnerJoin on [customer] = [id]
    Project [id, customer]
      Filter (amount > 5)
        Scan orders [id, customer, amount]
    Scan customers [id, name]
====
SELECT o.id, i.sku FROM orders o LEFT JOIN items i ON i.order_id = o.id AND i.quantity > 1
----
Project [id, sku]
  LeftJoin on [id] = [order_id]
    Scan orders [id]
    Project [order_id, sku]
      Filter (quantity > 1)
        Scan items [order_id, sku, quantity]
====
SELECT o.id, i.sku FROM orders o LEFT JOIN items i ON i.order_id = o.id WHERE i.quantity > 1
----
Project [id, sku]
  InnerJoin on [id] = [order_id]
    Scan orders [id]
    Project [order_id, sku]
      Filter (quantity > 1)
        Scan items [order_id, sku, quantity]
====
SELECT id, name FROM orders JOIN customers USING (id)
----
Project [id$0 AS id, name]
  InnerJoin on [id] = [id]
    Scan orders [id]
    Scan customers [id, name]
====
SELECT * FROM orders FULL JOIN customers USING (id)
----
Project [COALESCE(id$0, id$6) AS id, customer, shop, amount, note, created, name, city]
  FullJoin on [id] = [id]
    Scan orders [id, customer, shop, amount, note, created]
    Scan customers [id, name, city]
====
SELECT city, COUNT(DISTINCT name) FROM customers GROUP BY 1
----
Project [city, COUNT AS EXPR$1]
  Aggregate by [city] COUNT(DISTINCT name)
    Scan customers [name, city]
====
SELECT DISTINCT city FROM customers
----
Distinct by [city]
  Scan customers [city]
====
SELECT DISTINCT id, city FROM customers
----
Scan customers [id, city]
====
SELECT shop, customer, SUM(amount), GROUPING(shop) FROM orders GROUP BY ROLLUP (shop, customer)
----
Project [shop, customer, SUM AS EXPR$2, CASE WHEN (set = 0) THEN 0 WHEN (set = 1) THEN 0 ELSE 1 END AS EXPR$3]
  Union
    Aggregate by [shop, customer, set] SUM(amount)
      Expand [shop, customer, 0, amount][shop, NULL, 1, amount]
        Scan orders [customer, shop, amount]
    Project [NULL AS shop, NULL AS customer, 2 AS set, SUM]
      Aggregate SUM(amount)
        Scan orders [amount]
====
SELECT * FROM orders WHERE customer IN (SELECT id FROM customers WHERE city = 'Rome')
----
SemiJoin on [customer] = [id]
  Scan orders [id, customer, shop, amount, note, created]
  Project [id]
    Filter (city = 'Rome')
      Scan customers [id, city]
====
SELECT * FROM orders WHERE customer NOT IN (SELECT id FROM customers WHERE city = 'Rome')
----
NullAwareAntiJoin on [customer] = [id]
  Scan orders [id, customer, shop, amount, note, created]
  Project [id]
    Filter (city = 'Rome')
      Scan customers [id, city]
====
SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id AND i.price > o.amount)
----
SemiJoin on [id] = [order_id] and (price > amount)
  Scan orders [id, customer, shop, amount, note, created]
  Scan items [order_id, price]
====
SELECT * FROM orders o WHERE NOT EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)
----
AntiJoin on [id] = [order_id]
  Scan orders [id, customer, shop, amount, note, created]
  Scan items [order_id]
====
SELECT o.id, (SELECT COUNT(*) FROM items i WHERE i.order_id = o.id) AS n FROM orders o
----
Project [id, CASE WHEN found IS NULL THEN 0 ELSE EXPR$0 END AS n]
  LeftJoin on [id] = [key]
    Scan orders [id]
    Project [COUNT AS EXPR$0, key, TRUE AS found]
      Aggregate by [order_id] COUNT(*)
        Scan items [order_id]
====
SELECT o.id, (SELECT MAX(i.price) FROM items i WHERE i.order_id = o.id) AS top FROM orders o WHERE o.amount > (SELECT AVG(amount) FROM orders)
----
Project [id, EXPR$0$3 AS top]
  LeftJoin on [id] = [key]
    InnerJoin where (amount > AVG)
      Scan orders [id, amount]
      Aggregate AVG(amount)
        Scan orders [amount]
    Project [MAX AS EXPR$0, key]
      Aggregate by [order_id] MAX(price)
        Scan items [order_id, price]
====
SELECT id FROM orders ORDER BY amount DESC, id LIMIT 10 OFFSET 5
----
Project [id]
  Sort [amount DESC, id] offset 5 limit 10
    Scan orders [id, amount]
====
SELECT id, customer FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY created DESC) AS rn FROM orders) WHERE rn = 1
----
Project [id, customer]
  Top by [customer] order [created DESC] 1 to 1
    Scan orders [id, customer, created]
====
SELECT id, ROW_NUMBER() OVER (PARTITION BY customer ORDER BY created DESC) AS rn FROM orders QUALIFY rn <= 3
----
Project [id, ROW_NUMBER AS rn]
  Top by [customer] order [created DESC] 1 to 3 with rank
    Scan orders [id, customer, created]
====
SELECT id, SUM(amount) OVER (PARTITION BY customer ORDER BY created ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders
----
Project [id, SUM AS EXPR$1]
  Over by [customer] order [created], SUM(amount) rows 2 to 0
    Scan orders [id, customer, amount, created]
====
SELECT id FROM orders UNION SELECT id FROM customers
----
Distinct by [id]
  Union
    Scan orders [id]
    Scan customers [id]
====
SELECT id, shop FROM orders UNION ALL SELECT id, NULL FROM customers UNION ALL SELECT id, quantity FROM items
----
Union
  Scan orders [id, shop]
  Project [id, CAST(NULL AS INT) AS shop]
    Scan customers [id]
  Scan items [id, quantity]
====
SELECT id FROM orders EXCEPT SELECT order_id FROM items
----
Except
  Scan orders [id]
  Scan items [order_id]
====
EXPLAIN CREATE VIEW recent AS SELECT * FROM clicks WHERE at > NOW() - INTERVAL '30' DAY
----
TimeFilter until CAST((at + INTERVAL '30.00:00:00') AS TIMESTAMP_LTZ(6))
  Scan clicks [who, page, at, seen]
====
SELECT window_start, window_end, COUNT(*) FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(seen), INTERVAL '10' MINUTE)) GROUP BY window_start, window_end
----
Project [window_start, window_end, COUNT AS EXPR$2]
  Aggregate by [window_start, window_end] COUNT(*)
    TumbleWindow seen size 600s
      Scan clicks [seen]
====
SELECT who, TUMBLE_START(seen, INTERVAL '1' HOUR), COUNT(*) FROM clicks GROUP BY who, TUMBLE(seen, INTERVAL '1' HOUR)
----
Project [who, window_start AS EXPR$1, COUNT AS EXPR$2]
  Aggregate by [who, window_start, window_end, window_time] COUNT(*)
    TumbleWindow seen size 3600s
      Scan clicks [who, seen]
====
SELECT * FROM orders, customers
----
error: Line 1, column 23: The join of orders with customers has no bound: each row of one meets each row of the other, so its state and its work grow with the product. Add an equality between a column of one and a column of the other to ON or WHERE, or aggregate one side to one row.
====
SELECT idd FROM orders
----
error: Line 1, column 8: There is no column idd. Did you mean id?
====
SELECT id FROM orders o JOIN items i ON o.id = i.order_id
----
error: Line 1, column 8: The column id is ambiguous: o.id, i.id. Write the table before it.
====
SELECT id FROM orderss
----
error: Line 1, column 16: There is no table or view orderss. Did you mean orders?
====
SELECT amount FROM orders GROUP BY shop
----
error: Line 1, column 8: The column amount is neither in GROUP BY nor in an aggregate.
====
SELECT 1 + 'a' FROM orders
----
error: Line 1, column 8: + does not take (INT, STRING); it is written a + b.
