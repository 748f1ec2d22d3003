CREATE TABLE t (i INT, n BIGINT NOT NULL, m DECIMAL(10, 2), f DOUBLE, s STRING, b BOOLEAN, at TIMESTAMP(3), l TIMESTAMP_LTZ(3), d DATE, x ARRAY<INT>);
====
SELECT EXTRACT(YEAR FROM at), EXTRACT(DOW FROM d), FLOOR(at TO HOUR), CEIL(at TO DAY) FROM t
----
Project [EXTRACT('YEAR', at) AS EXPR$0, EXTRACT('DOW', CAST(d AS TIMESTAMP(6))) AS EXPR$1, FLOOR(at, 'HOUR') AS EXPR$2, CEIL(at, 'DAY') AS EXPR$3]
  Scan t [at, d]
====
SELECT TIMESTAMPADD(MINUTE, 5, at), TIMESTAMPDIFF(DAY, at, at), at + INTERVAL '1' DAY FROM t
----
Project [(at + INTERVAL '00:05:00') AS EXPR$0, TIMESTAMPDIFF('DAY', at, at) AS EXPR$1, (at + INTERVAL '1.00:00:00') AS EXPR$2]
  Scan t [at]
====
SELECT TRIM(s), TRIM(LEADING 'x' FROM s), TRIM(BOTH FROM s), SUBSTRING(s FROM 2 FOR 3), POSITION('a' IN s), OVERLAY(s PLACING 'b' FROM 2 FOR 1) FROM t
----
Project [TRIM('BOTH', ' ', s) AS EXPR$0, TRIM('LEADING', 'x', s) AS EXPR$1, TRIM('BOTH', ' ', s) AS EXPR$2, SUBSTRING(s, 2, 3) AS EXPR$3, POSITION('a', s) AS EXPR$4, OVERLAY(s, 'b', 2, 1) AS EXPR$5]
  Scan t [s]
====
SELECT l AT TIME ZONE 'Asia/Shanghai' FROM t
----
Project [AT TIME ZONE(l, 'Asia/Shanghai') AS EXPR$0]
  Scan t [l]
====
SELECT ARRAY[1, 2, i], x[1], CARDINALITY(x) FROM t
----
Project [ARRAY(1, 2, i) AS EXPR$0, ITEM(x, 1) AS EXPR$1, CARDINALITY(x) AS EXPR$2]
  Scan t [i, x]
====
SELECT JSON_VALUE(s, '$.a'), JSON_VALUE(s, '$.a' RETURNING INT DEFAULT 3 ON EMPTY), JSON_EXISTS(s, '$.a'), JSON_QUERY(s, '$.b' WITH WRAPPER) FROM t
----
Project [JSON_VALUE(s, '$.a', 'NULL', NULL, 'NULL', NULL) AS EXPR$0, TRY_CAST(JSON_VALUE(s, '$.a', 'DEFAULT', '3', 'NULL', NULL) AS INT) AS EXPR$1, JSON_EXISTS(s, '$.a', 'FALSE') AS EXPR$2, JSON_QUERY(s, '$.b', 'UNCONDITIONAL', 'NULL', 'NULL') AS EXPR$3]
  Scan t [s]
====
SELECT JSON_OBJECT('a' VALUE i, 'b' VALUE s), JSON_ARRAY(i, s), s IS JSON, s IS NOT JSON OBJECT FROM t
----
Project [JSON_OBJECT('NULL', 'a', i, 'b', s) AS EXPR$0, JSON_ARRAY('ABSENT', i, s) AS EXPR$1, s IS JSON AS EXPR$2, NOT(s IS JSON OBJECT) AS EXPR$3]
  Scan t [i, s]
====
SELECT s LIKE 'a%', s NOT LIKE 'a!%' ESCAPE '!', s SIMILAR TO 'a|b', i BETWEEN 1 AND 3, i NOT BETWEEN SYMMETRIC 3 AND 1 FROM t
----
Project [(s LIKE 'a%') AS EXPR$0, NOT LIKE(s, 'a!%', '!') AS EXPR$1, SIMILAR TO(s, 'a|b') AS EXPR$2, ((i >= 1) AND (i <= 3)) AS EXPR$3, NOT((((i >= 3) AND (i <= 1)) OR ((i >= 1) AND (i <= 3)))) AS EXPR$4]
  Scan t [i, s]
====
SELECT i + n, i / 2, m * m, m / 3, f + m, -i, i % 2, s || i FROM t
----
error: Line 1, column 54: || does not take (STRING, INT); it is written text || text.
====
SELECT b IS TRUE, b IS NOT UNKNOWN, i IS DISTINCT FROM n, NOT b, b AND NULL, COALESCE(i, n), NULLIF(i, 3), IF(b, 1, 2.5) FROM t
----
Project [b IS TRUE AS EXPR$0, b IS NOT UNKNOWN AS EXPR$1, (i IS DISTINCT FROM n) AS EXPR$2, NOT(b) AS EXPR$3, (b AND NULL) AS EXPR$4, COALESCE(CAST(i AS BIGINT), n) AS EXPR$5, CASE WHEN (i = 3) THEN NULL ELSE i END AS EXPR$6, CASE WHEN b THEN 1.0 ELSE 2.5 END AS EXPR$7]
  Scan t [i, n, b]
====
SELECT CAST(s AS INT), TRY_CAST(s AS DECIMAL(10, 2)), CAST(i AS STRING), CAST(NULL AS DATE), s::DOUBLE FROM t
----
Project [CAST(s AS INT) AS EXPR$0, TRY_CAST(s AS DECIMAL(10, 2)) AS EXPR$1, CAST(i AS STRING) AS EXPR$2, NULL AS EXPR$3, CAST(s AS DOUBLE) AS EXPR$4]
  Scan t [i, s]
====
SELECT i IN (1, 2, NULL), s IN ('a'), i IN (1, n), (i, n) IN ((1, 2), (3, 4)), m IN (1, 2.5) FROM t
----
Project [i IN [1, 2, NULL] AS EXPR$0, s IN ['a'] AS EXPR$1, ((i = 1) OR (i = n)) AS EXPR$2, (((i = 1) AND (n = 2)) OR ((i = 3) AND (n = 4))) AS EXPR$3, CAST(m AS DECIMAL(12, 2)) IN [1.00, 2.50] AS EXPR$4]
  Scan t [i, n, m, s]
====
SELECT CASE i WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, CASE WHEN b THEN 1 ELSE 2.5 END FROM t
----
Project [CASE WHEN (i = 1) THEN 'one' WHEN (i = 2) THEN 'two' ELSE NULL END AS EXPR$0, CASE WHEN b THEN 1.0 ELSE 2.5 END AS EXPR$1]
  Scan t [i, b]
====
SELECT at = '2026-01-31 10:00:00', d > '2026-01-31', d = at FROM t
----
Project [(at = TIMESTAMP '2026-01-31 10:00:00') AS EXPR$0, (d > DATE '2026-01-31') AS EXPR$1, (CAST(d AS TIMESTAMP(3)) = at) AS EXPR$2]
  Scan t [at, d]
====
SELECT MOD(i, 3), ABS(m), UPPER(s), GREATEST(i, n, 4), DATE_FORMAT(at, 'yyyy'), TO_TIMESTAMP(s) FROM t
----
Project [(i % 3) AS EXPR$0, ABS(m) AS EXPR$1, UPPER(s) AS EXPR$2, GREATEST(CAST(i AS BIGINT), n, 4) AS EXPR$3, DATE_FORMAT(at, 'yyyy') AS EXPR$4, TO_TIMESTAMP(s) AS EXPR$5]
  Scan t [i, n, m, s, at]
====
SELECT RAND(), UUID(), CURRENT_TIMESTAMP, UNIX_TIMESTAMP() FROM t
----
error: Line 1, column 8: RAND is not part of the dialect: it gives another value each time, and what a view holds must be the same when it is computed again. Let the source write the value with the row; for a stable one take a hash of the row's key: MD5(CAST(id AS STRING)); for a sample of a hundredth write MOD(id, 100) = 0 into WHERE.
====
EXPLAIN CREATE VIEW v AS SELECT RAND() AS r FROM t
----
error: Line 1, column 33: RAND is not part of the dialect: it gives another value each time, and what a view holds must be the same when it is computed again. Let the source write the value with the row; for a stable one take a hash of the row's key: MD5(CAST(id AS STRING)); for a sample of a hundredth write MOD(id, 100) = 0 into WHERE.
====
SELECT SUM(i), AVG(i), SUM(m), AVG(m), SUM(f), STDDEV(m), VAR_POP(f), MIN(s), MAX(d), COUNT(i), BOOL_AND(b), ARRAY_AGG(i), SUM(DISTINCT i) FROM t
----
Project [SUM$0 AS EXPR$0, AVG$1 AS EXPR$1, SUM$2 AS EXPR$2, AVG$3 AS EXPR$3, SUM$4 AS EXPR$4, STDDEV AS EXPR$5, VAR_POP AS EXPR$6, MIN AS EXPR$7, MAX AS EXPR$8, COUNT AS EXPR$9, BOOL_AND AS EXPR$10, ARRAY_AGG AS EXPR$11, SUM$12 AS EXPR$12]
  Aggregate SUM(i), AVG(i), SUM(m), AVG(m), SUM(f), STDDEV_SAMP(CAST(m AS DOUBLE)), VAR_POP(f), MIN(s), MAX(d), COUNT(i), BOOL_AND(b), ARRAY_AGG(i), SUM(DISTINCT i)
    Scan t [i, m, f, s, b, d]
====
SELECT SUBSTRING(s) FROM t
----
error: Line 1, column 8: SUBSTRING does not take (STRING); it is written SUBSTRING(text, from [, length]).
====
SELECT -9223372036854775808, 9223372036854775808, 1e400, 0.000000000000000000000000000000000000001 FROM t
----
syntax: Line 1, column 58: a number has 39 digits; 38 are the most. Write it with an exponent (1.5E40) if it may be approximate.
