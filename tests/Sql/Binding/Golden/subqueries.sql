CREATE TABLE orders (id BIGINT NOT NULL, customer BIGINT, shop INT, amount DECIMAL(18, 2), placed TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE items (id BIGINT NOT NULL, order_id BIGINT NOT NULL, sku STRING, quantity INT NOT NULL, price DECIMAL(10, 2), PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE customers (id BIGINT NOT NULL, name STRING, city STRING, PRIMARY KEY (id) NOT ENFORCED);
CREATE TABLE tags (order_id BIGINT NOT NULL, tags ARRAY<STRING>);
CREATE TABLE rates (currency STRING NOT NULL, rate DECIMAL(18, 6), at TIMESTAMP(3), PRIMARY KEY (currency) NOT ENFORCED);
====
SELECT id, (SELECT name FROM customers c WHERE c.id = o.customer) AS name FROM orders o
----
Project [id$0 AS id, name]
  LeftJoin on [customer] = [id]
    Scan orders [id, customer]
    Project [name, id]
      Scan customers [id, name]
====
SELECT id, (SELECT sku FROM items i WHERE i.order_id = o.id) AS sku FROM orders o
----
Project [id, sku]
  LeftJoin on [id] = [key]
    Scan orders [id]
    Project [sku, key]
      Aggregate by [order_id] SINGLE(sku)
        Scan items [order_id, sku]
====
SELECT id, (SELECT SUM(quantity) + COUNT(*) FROM items i WHERE i.order_id = o.id AND i.price > 1) AS n FROM orders o
----
Project [id, EXPR$0 AS n]
  LeftJoin on [id] = [key]
    Scan orders [id]
    Project [(SUM + COUNT) AS EXPR$0, key]
      Aggregate by [order_id] SUM(quantity), COUNT(*)
        Filter (price > 1)
          Scan items [order_id, quantity, price]
====
SELECT id, (SELECT i.sku FROM items i WHERE i.order_id = o.id ORDER BY i.price DESC LIMIT 1) AS dearest FROM orders o
----
Project [id, sku AS dearest]
  LeftJoin on [id] = [order_id]
    Scan orders [id]
    Project [sku, order_id]
      Top by [order_id] order [ORDER$0 DESC] 1 to 1
        Project [sku, price AS ORDER$0, order_id]
          Scan items [order_id, sku, price]
====
SELECT id, customer IN (SELECT id FROM customers WHERE city = 'Rome') AS roman FROM orders
----
Project [id, CASE WHEN found IS NOT NULL THEN TRUE WHEN (rows = 0) THEN FALSE WHEN (customer IS NULL OR (values < rows)) THEN NULL ELSE FALSE END AS roman]
  InnerJoin
    LeftJoin on [customer] = [key]
      Scan orders [id, customer]
      Project [TRUE AS found, id AS key]
        Filter (city = 'Rome')
          Scan customers [id, city]
    Aggregate COUNT(*), COUNT(id)
      Filter (city = 'Rome')
        Scan customers [id, city]
====
SELECT id FROM orders WHERE shop = 1 OR customer IN (SELECT id FROM customers)
----
Project [id]
  InnerJoin where ((shop = 1) OR CASE WHEN found IS NOT NULL THEN TRUE WHEN (rows = 0) THEN FALSE WHEN (customer IS NULL OR (values < rows)) THEN NULL ELSE FALSE END)
    LeftJoin on [customer] = [key]
      Scan orders [id, customer, shop]
      Project [TRUE AS found, id AS key]
        Scan customers [id]
    Aggregate COUNT(*), COUNT(id)
      Scan customers [id]
====
SELECT id FROM orders o WHERE shop = 1 OR EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)
----
Project [id]
  Filter ((shop = 1) OR found IS NOT NULL)
    LeftJoin on [id] = [key]
      Scan orders [id, shop]
      Project [TRUE AS found, key]
        Distinct by [order_id]
          Scan items [order_id]
====
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM customers WHERE city = 'Oslo')
----
SemiJoin
  Scan orders [id]
  Filter (rows > 0)
    Aggregate COUNT(*)
      Filter (city = 'Oslo')
        Scan customers [id, city]
====
SELECT id FROM orders WHERE NOT EXISTS (SELECT COUNT(*) FROM customers)
----
AntiJoin
  Scan orders [id]
  Filter (rows > 0)
    Aggregate COUNT(*)
      Aggregate COUNT(*)
        Scan customers [id]
====
SELECT id FROM orders WHERE amount > ALL (SELECT price FROM items)
----
Project [id]
  InnerJoin where CASE WHEN (rows = 0) THEN TRUE WHEN (amount > high) IS FALSE THEN FALSE WHEN (values < rows) THEN NULL ELSE (amount > high) END
    Scan orders [id, amount]
    Aggregate COUNT(*), COUNT(price), MAX(price)
      Scan items [price]
====
SELECT id FROM orders o WHERE amount >= ANY (SELECT price FROM items i WHERE i.order_id = o.id)
----
Project [id]
  Filter CASE WHEN (CASE WHEN found IS NULL THEN 0 ELSE rows END = 0) THEN FALSE WHEN (amount >= low) IS TRUE THEN TRUE WHEN (CASE WHEN found IS NULL THEN 0 ELSE values END < CASE WHEN found IS NULL THEN 0 ELSE rows END) THEN NULL ELSE (amount >= low) END
    LeftJoin on [id] = [key]
      Scan orders [id, amount]
      Project [rows, values, low, key, TRUE AS found]
        Aggregate by [order_id] COUNT(*), COUNT(price), MIN(price)
          Scan items [order_id, price]
====
SELECT id FROM orders WHERE id = ANY (SELECT order_id FROM items)
----
SemiJoin on [id] = [order_id]
  Scan orders [id]
  Scan items [order_id]
====
SELECT id FROM orders WHERE id <> ALL (SELECT order_id FROM items)
----
AntiJoin on [id] = [order_id]
  Scan orders [id]
  Scan items [order_id]
====
SELECT id FROM orders WHERE (id, shop) IN (SELECT order_id, quantity FROM items)
----
Project [id]
  SemiJoin on [id, shop] = [order_id, quantity]
    Scan orders [id, shop]
    Scan items [order_id, quantity]
====
SELECT id FROM orders WHERE (customer, shop) NOT IN (SELECT order_id, quantity FROM items)
----
error: Line 1, column 29: NOT IN of a row whose columns may be null is not supported; write NOT EXISTS with the equalities, or declare the columns NOT NULL.
====
SELECT id FROM orders o WHERE shop NOT IN (SELECT quantity FROM items i WHERE i.order_id = o.id)
----
Project [id]
  NullAwareAntiJoin on [id, shop] = [order_id, quantity]
    Scan orders [id, shop]
    Project [quantity, order_id]
      Scan items [order_id, quantity]
====
SELECT o.id, t.total FROM orders o, LATERAL (SELECT SUM(price) AS total FROM items i WHERE i.order_id = o.id) t
----
Project [id, total]
  LeftJoin on [id] = [key]
    Scan orders [id]
    Project [SUM AS total, key]
      Aggregate by [order_id] SUM(price)
        Scan items [order_id, price]
====
SELECT o.id, t.sku FROM orders o LEFT JOIN LATERAL (SELECT sku FROM items i WHERE i.order_id = o.id ORDER BY price DESC LIMIT 2) t ON TRUE
----
Project [id, sku]
  LeftJoin on [id] = [order_id]
    Scan orders [id]
    Project [sku, order_id]
      Top by [order_id] order [ORDER$0 DESC] 1 to 2
        Project [sku, price AS ORDER$0, order_id]
          Scan items [order_id, sku, price]
====
SELECT o.id, t.sku, t.twice FROM orders o CROSS JOIN LATERAL (SELECT sku, o.id * 2 AS twice FROM items i WHERE i.order_id = o.id) t
----
Project [id, sku, twice]
  InnerJoin on [id] = [order_id]
    Scan orders [id]
    Project [sku, (order_id * 2) AS twice, order_id]
      Scan items [order_id, sku]
====
SELECT o.id, t.tag FROM orders o JOIN tags s ON s.order_id = o.id CROSS JOIN UNNEST(s.tags) AS t (tag)
----
Project [id, tag]
  Unnest tags
    Project [id, tags]
      InnerJoin on [id] = [order_id]
        Scan orders [id]
        Scan tags [order_id, tags]
====
SELECT order_id, tag, place FROM tags LEFT JOIN UNNEST(tags) WITH ORDINALITY AS t (tag, place) ON TRUE
----
Project [order_id, tag, place]
  Unnest tags left with ordinality
    Scan tags [order_id, tags]
====
SELECT o.id, o.amount * r.rate AS converted FROM orders o LEFT JOIN rates FOR SYSTEM_TIME AS OF o.placed AS r ON r.currency = 'EUR' AND r.currency = CAST(o.shop AS STRING)
----
Project [id, (amount * rate) AS converted]
  LeftLookup on [CAST(shop AS STRING)] = [currency] and (currency = 'EUR')
    Scan orders [id, shop, amount]
    Scan rates [currency, rate]
====
SELECT shop, SUM(amount) AS total FROM orders GROUP BY shop HAVING SUM(amount) > (SELECT AVG(price) FROM items)
----
Project [shop, SUM AS total]
  InnerJoin where (SUM > AVG)
    Aggregate by [shop] SUM(amount)
      Scan orders [shop, amount]
    Aggregate AVG(price)
      Scan items [price]
====
SELECT shop, (SELECT MAX(quantity) FROM items i WHERE i.quantity = o.shop) AS most FROM orders o GROUP BY shop
----
Project [shop, EXPR$0 AS most]
  LeftJoin on [shop] = [key]
    Distinct by [shop]
      Scan orders [shop]
    Project [MAX AS EXPR$0, key]
      Aggregate by [quantity] MAX(quantity)
        Scan items [quantity]
====
SELECT shop, (SELECT MAX(quantity) FROM items i WHERE i.order_id = o.id) AS most FROM orders o GROUP BY shop
----
error: Line 1, column 14: The subquery reads id, which is neither in GROUP BY nor in an aggregate.
====
SELECT id FROM orders o WHERE amount > (SELECT AVG(i.price) FROM items i WHERE i.order_id < o.id)
----
error: Line 1, column 40: The join of orders with items has no bound: each row of one meets each row of the other, so its state and its work grow with the product. Its conditions have no equality between the two sides. Add an equality between a column of one and a column of the other to ON or WHERE, or aggregate one side to one row.
====
SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id UNION ALL SELECT 1 FROM customers c WHERE c.id = o.id)
----
SemiJoin on [id] = [key]
  Scan orders [id]
  Union
    Scan items [order_id]
    Scan customers [id]
====
SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id AND i.quantity IN (SELECT c.id FROM customers c WHERE c.id = o.customer))
----
error: Line 1, column 31: This subquery cannot be made a join: a subquery inside it reads a query two levels out. Write it as a join with a GROUP BY.
====
SELECT id FROM orders o WHERE id IN (SELECT order_id FROM items WHERE quantity IN (SELECT id FROM customers))
----
SemiJoin on [id] = [order_id]
  Scan orders [id]
  Project [order_id]
    SemiJoin on [CAST(quantity AS BIGINT)] = [id]
      Scan items [order_id, quantity]
      Scan customers [id]
====
SELECT id, (SELECT id, name FROM customers) FROM orders
----
error: Line 1, column 12: A subquery that stands for a value has one column; this has 2: id, name.
====
SELECT SUM((SELECT 1)) FROM orders
----
error: Line 1, column 12: A subquery cannot stand in an aggregate; join it in FROM.
====
SELECT id FROM orders JOIN customers ON orders.customer = customers.id AND customers.id IN (SELECT order_id FROM items)
----
error: Line 1, column 8: The column id is ambiguous: orders.id, customers.id. Write the table before it.
====
SELECT o.id FROM orders o LEFT JOIN customers c ON o.customer = c.id AND EXISTS (SELECT 1 FROM items)
----
error: Line 1, column 74: A subquery cannot stand in ON; join it in FROM.
====
WITH big AS (SELECT * FROM orders WHERE amount > 100), named AS (SELECT b.id, c.name FROM big b JOIN customers c ON c.id = b.customer) SELECT n.name, COUNT(*) FROM named n GROUP BY n.name
----
Project [name, COUNT AS EXPR$1]
  Aggregate by [name] COUNT(*)
    InnerJoin on [customer] = [id]
      Project [customer]
        Filter (amount > 100)
          Scan orders [customer, amount]
      Scan customers [id, name]
====
WITH RECURSIVE_not AS (SELECT id FROM RECURSIVE_not) SELECT * FROM RECURSIVE_not
----
error: Line 1, column 39: The common table RECURSIVE_not reads itself; recursive queries are not supported.
====
SELECT ARRAY(SELECT sku FROM items i WHERE i.order_id = o.id) AS skus, id FROM orders o
----
Project [ARRAY AS skus, id]
  LeftJoin on [id] = [key]
    Scan orders [id]
    Project [ARRAY, key]
      Aggregate by [order_id] ARRAY_AGG(sku)
        Scan items [order_id, sku]
====
SELECT o.id FROM orders o JOIN items i ON o.shop = i.order_id JOIN customers c ON c.id = i.price
----
Project [id$0 AS id]
  InnerJoin on [CAST(price AS DECIMAL(21, 2))] = [CAST(id AS DECIMAL(21, 2))]
    InnerJoin on [CAST(shop AS BIGINT)] = [order_id]
      Scan orders [id, shop]
      Scan items [order_id, price]
    Scan customers [id]
====
SELECT o.id, t.n FROM orders o CROSS JOIN LATERAL (SELECT o.customer + 1 AS n FROM items i WHERE i.quantity = o.customer) t
----
Project [id, n]
  InnerJoin on [customer] = [CAST(quantity AS BIGINT)]
    Scan orders [id, customer]
    Project [(CAST(quantity AS BIGINT) + 1) AS n, quantity]
      Scan items [quantity]
====
SELECT o.id, (SELECT o.customer + MAX(i.quantity) FROM items i WHERE i.quantity = o.shop) FROM orders o
----
error: Line 1, column 14: This subquery cannot be made a join: it computes with an outer column; only conditions of its WHERE and ON may read one. Write it as a join with a GROUP BY.
====
SELECT 1 AS one FROM orders HAVING 1 = 1
----
Project [1 AS one]
  Aggregate COUNT(*)
    Scan orders [shop]
====
SELECT shop FROM orders GROUP BY ROLLUP (shop)
----
Union
  Project [shop]
    Distinct by [shop, set]
      Expand [shop, 0]
        Scan orders [shop]
  Project [NULL AS shop]
    Aggregate COUNT(*)
      Scan orders [shop]
====
SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM items HAVING 1 = o.shop)
----
SemiJoin
  Project [id]
    Filter (1 = shop)
      Scan orders [id, shop]
  Project [1 AS EXPR$0]
    Aggregate COUNT(*)
      Scan items [quantity]
====
SELECT id FROM orders o WHERE amount > (SELECT AVG(i.price) FROM items i WHERE i.order_id = o.id AND i.quantity < o.shop)
----
Project [id]
  InnerJoin on [id, shop] = [key$1, key$2] and (amount > EXPR$0)
    Scan orders [id, shop, amount]
    Project [AVG AS EXPR$0, key$0 AS key, key$1 AS key]
      Aggregate by [id, shop] AVG(price)
        InnerJoin on [id] = [order_id] and (quantity < shop)
          Scan orders [id, shop]
          Scan items [order_id, quantity, price]
====
SELECT id FROM orders o WHERE amount > (SELECT AVG(i.price) FROM items i WHERE i.order_id = o.id AND i.quantity IS DISTINCT FROM o.shop)
----
error: Line 1, column 40: This subquery cannot be made a join: an aggregate over rows that are not met by equality alone, and where shop is null its conditions may hold. Write it as a join with a GROUP BY.
