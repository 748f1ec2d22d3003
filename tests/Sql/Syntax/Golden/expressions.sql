-- literals
> 1
> 0.50
> .5
= 0.5
> 1.
> 1e10
= 1E10
> 1.5E-3
> 99999999999999999999999999999999999999
> 0.00000000000000000000000000000000000001
> 'it''s'
> ''
> '多语言 😀'
> U&'\4F60\597D'
= '你好'
> U&'!4F60 !! !+01F600' UESCAPE '!'
= '你 ! 😀'
> X'0aFf'
= X'0AFF'
> x''
= X''
> TRUE
> false
= FALSE
> NULL
> DATE '2026-01-31'
> TIME '10:11:12.123'
> TIMESTAMP '2026-01-31 10:11:12'
> timestamp with local time zone '2026-01-31 10:11:12'
= TIMESTAMP WITH LOCAL TIME ZONE '2026-01-31 10:11:12'
> TIMESTAMP_LTZ '2026-01-31 10:11:12'
= TIMESTAMP WITH LOCAL TIME ZONE '2026-01-31 10:11:12'
> INTERVAL '5' MINUTE
> interval '5' minutes
= INTERVAL '5' MINUTE
> INTERVAL -'5' DAY
> INTERVAL +'5' DAY
= INTERVAL '5' DAY
> INTERVAL 5 DAY
= INTERVAL '5' DAY
> INTERVAL '1 10' DAY TO HOUR
> INTERVAL '1 10:20:30.123' DAY(3) TO SECOND(3)
> INTERVAL '1-2' YEAR TO MONTH
> INTERVAL '10.5' SECOND(2, 3)
> INTERVAL '3' QUARTER
> INTERVAL '2' WEEK
-- names
> a
> a.b
> a.b.c
> `select`
> `a``b`
> `a b`
> `select`.`from`
> `plain`
= plain
> 价格
> `价格`
= 价格
> Übergröße
> _x1$
> `1x`
> date
> timestamp
> `value`
= value
> `year`
= year
> row
> `array`
> `both`
> key
-- operators
> a+b*c
= a + b * c
> (a+b)*c
= (a + b) * c
> a-(b-c)
= a - (b - c)
> a-b-c
= a - b - c
> a*(b*c)
= a * (b * c)
> a/b/c%d
= a / b / c % d
> -a
> - -a
= -(-a)
> -(-a)
> +a
> -1
> - 1 + - 2
= -1 + -2
> a - -1
> -(a+b)
= -(a + b)
> (-a)[1]
> a || b || 'c'
> a || b + c
= (a || b) + c
> (a || b) * c
> a || (b * c)
> a * b || c
= (a * b) || c
> a = b
> a != b
= a <> b
> a <> b
> a<=b
= a <= b
> a >= b
> a < b
> a > b
> a = b = c
= (a = b) = c
> a = (b = c)
> NOT a
> NOT NOT a
> not a = b
= NOT a = b
> (NOT a) = b
> NOT a AND b
> NOT (a AND b)
> a AND b AND c
> a AND (b AND c)
= a AND b AND c
> a OR b AND c
> (a OR b) AND c
> a OR (b OR c) OR d
= a OR b OR c OR d
> a AND b OR c AND d
> a IS NULL
> a is not null
= a IS NOT NULL
> a IS TRUE
> a IS NOT FALSE
> a IS UNKNOWN
> a IS NOT UNKNOWN
> a = b IS TRUE
> (a IS NULL) = b
> a IS NULL IS NOT NULL
> a IS DISTINCT FROM b
> a IS NOT DISTINCT FROM b + 1
> a IS JSON
= a IS JSON VALUE
> a IS JSON OBJECT
> a IS NOT JSON ARRAY
> a IS JSON SCALAR
> a BETWEEN 1 AND 2
> a NOT BETWEEN 1 AND 2 + 3
> a BETWEEN SYMMETRIC b AND c
> a BETWEEN ASYMMETRIC b AND c
= a BETWEEN b AND c
> a BETWEEN 1 AND 2 AND b
> a BETWEEN (b AND c) AND d
> a LIKE 'x%'
> a NOT LIKE b ESCAPE '!'
> a SIMILAR TO '(a|b)*'
> a NOT SIMILAR TO b ESCAPE '\'
> a || b LIKE c || d
> (a LIKE b) LIKE c
> a LIKE (b LIKE c)
> a IN (1)
> a IN (1, 2, 3)
> a NOT IN (1, b + 2)
> (a, b) IN ((1, 2), (3, 4))
> a IN (SELECT b FROM t)
> a IN ((SELECT b FROM t))
= a IN (SELECT b FROM t)
> a IN ((SELECT b FROM t), 2)
> a IN (((SELECT 1) + 1))
= a IN ((SELECT 1) + 1)
> a NOT IN (SELECT b FROM t WHERE c = d)
> (a, b) NOT IN (SELECT c, d FROM t)
> a IN ((SELECT 1) UNION (SELECT 2))
= a IN (SELECT 1 UNION SELECT 2)
> a IN (VALUES 1, 2)
= a IN (VALUES (1), (2))
> (a, b) = (1, 2)
> ROW(a, b) = ROW(1, 2)
= (a, b) = (1, 2)
> ROW(a)
> row(a, row(b))
= (a, ROW(b))
> ((a))
= a
> ((a, b))
= (a, b)
> EXISTS (SELECT 1 FROM t)
> NOT EXISTS (SELECT 1 FROM t)
> a = ANY (SELECT b FROM t)
> a > SOME (SELECT b FROM t)
= a > ANY (SELECT b FROM t)
> a <> ALL (SELECT b FROM t)
> a + 1 <= ALL ((SELECT b FROM t) EXCEPT SELECT 1)
= a + 1 <= ALL (SELECT b FROM t EXCEPT SELECT 1)
> (SELECT MAX(a) FROM t)
> (SELECT 1) + 1
> ((SELECT 1))
= (SELECT 1)
> ((SELECT 1) UNION ALL (SELECT 2))
= (SELECT 1 UNION ALL SELECT 2)
> ((SELECT 1) ORDER BY 1 LIMIT 1)
= (SELECT 1 ORDER BY 1 LIMIT 1)
> a AT TIME ZONE 'UTC'
> a AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai'
> (-a) AT TIME ZONE b || c
> a::INT
= CAST(a AS INT)
> a::DECIMAL(10,2)::STRING
= CAST(CAST(a AS DECIMAL(10, 2)) AS STRING)
> -1::INT
= -CAST(1 AS INT)
> a[1]
> a[b + 1][c]
> (a || b)[1]
> a[1].b
> f(x).y
> (a).b
> (a.b).c[1].d
> ARRAY[1,2,3]
= ARRAY[1, 2, 3]
> ARRAY[]
> ARRAY[1,2][1]
= ARRAY[1, 2][1]
> ARRAY[ARRAY[1], ARRAY[2]]
> ARRAY(SELECT a FROM t)
> MAP['a',1,'b',2]
= MAP['a', 1, 'b', 2]
> MAP[]
> MAP['a', 1]['a']
-- case and cast
> CASE WHEN a THEN b END
> CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END
> case when a > 1 and b then c else case when d then e end end
= CASE WHEN a > 1 AND b THEN c ELSE CASE WHEN d THEN e END END
> CASE WHEN a THEN b END + 1
> CAST(a AS INT)
> CAST(a AS VARCHAR(10) NOT NULL)
> TRY_CAST(a AS TIMESTAMP(3))
> CAST(a AS timestamp with local time zone)
= CAST(a AS TIMESTAMP_LTZ)
> CAST(a AS TIMESTAMP (6) WITHOUT TIME ZONE)
= CAST(a AS TIMESTAMP(6))
> CAST(a AS CHARACTER VARYING(3))
= CAST(a AS VARCHAR(3))
> CAST(a AS DOUBLE PRECISION)
= CAST(a AS DOUBLE)
> CAST(a AS numeric(38, 18))
= CAST(a AS DECIMAL(38, 18))
> CAST(a AS DEC)
= CAST(a AS DECIMAL)
> CAST(a AS INTEGER)
= CAST(a AS INT)
> CAST(a AS INTERVAL DAY TO SECOND(3))
> CAST(a AS ARRAY<MAP<STRING, ROW<x INT NOT NULL, `y z` BIGINT 'the z'>>>)
> CAST(a AS ROW(x INT, y STRING))
= CAST(a AS ROW<x INT, y STRING>)
> CAST(a AS INT ARRAY)
= CAST(a AS ARRAY<INT>)
> CAST(a AS INT NOT NULL MULTISET)
= CAST(a AS MULTISET<INT NOT NULL>)
> CAST(a AS BINARY VARYING(10))
= CAST(a AS VARBINARY(10))
> CAST(NULL AS INT)
-- calls
> f()
> f(a, b)
> F(DISTINCT a)
> count(*)
> COUNT(DISTINCT a, b)
> SUM(ALL a)
= SUM(a)
> db.f(a)
> `select`(a)
> `extract`(a)
> `substring`()
> LEFT(a, 2)
> right(a, 2)
> IF(a, b, c)
> COALESCE(a, b)
> SUM(a) FILTER (WHERE b > 1)
> COUNT(*) FILTER (WHERE a IS NOT NULL)
> LISTAGG(a, ',') WITHIN GROUP (ORDER BY b DESC NULLS LAST, c)
> ARRAY_AGG(a ORDER BY b)
= ARRAY_AGG(a) WITHIN GROUP (ORDER BY b)
> STRING_AGG(DISTINCT a, ',' ORDER BY a) FILTER (WHERE c)
= STRING_AGG(DISTINCT a, ',') WITHIN GROUP (ORDER BY a) FILTER (WHERE c)
> FIRST_VALUE(a) IGNORE NULLS OVER w
> LAG(a, 1) RESPECT NULLS OVER (ORDER BY b)
> ROW_NUMBER() OVER (PARTITION BY a, b ORDER BY c DESC)
> SUM(a) OVER (w ROWS UNBOUNDED PRECEDING)
> SUM(a) OVER (w)
= SUM(a) OVER w
> SUM(a) OVER ()
> SUM(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
> SUM(a) OVER (ORDER BY b RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND UNBOUNDED FOLLOWING)
> SUM(a) OVER (ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND 1 + 1 FOLLOWING)
> f(a => 1, b => 'x')
> CURRENT_TIMESTAMP
> current_date
= CURRENT_DATE
> LOCALTIMESTAMP()
= LOCALTIMESTAMP
> NOW()
> NOW() - INTERVAL '30' DAY
> EXTRACT(YEAR FROM a)
> EXTRACT(dow FROM a + INTERVAL '1' DAY)
= EXTRACT(DOW FROM a + INTERVAL '1' DAY)
> CEIL(a)
> CEILING(a TO HOUR)
= CEIL(a TO HOUR)
> FLOOR(a + b TO MONTH)
= FLOOR((a + b) TO MONTH)
> FLOOR(INTERVAL '1' DAY TO HOUR)
> FLOOR(a, 2)
> TIMESTAMPADD(DAY, 1, a)
> TIMESTAMPDIFF(SQL_TSI_MINUTE, a, b)
= TIMESTAMPDIFF(MINUTE, a, b)
> SUBSTRING(a FROM 1 FOR 2)
= SUBSTRING(a, 1, 2)
> SUBSTRING(a FROM 2)
= SUBSTRING(a, 2)
> SUBSTRING(a, 1, 2)
> substring('a')
> POSITION('a' IN b)
> POSITION('a' IN b FROM 3)
> POSITION('a', b)
= POSITION('a' IN b)
> OVERLAY(a PLACING b FROM 1)
> OVERLAY(a PLACING b FROM 1 FOR 2)
> TRIM(a)
> TRIM(BOTH FROM a)
= TRIM(a)
> TRIM(LEADING 'x' FROM a)
> TRIM('x' FROM a)
= TRIM(BOTH 'x' FROM a)
> TRIM(TRAILING FROM a)
-- json
> JSON_EXISTS(a, '$.b')
> JSON_EXISTS(a, '$.b' UNKNOWN ON ERROR)
> JSON_VALUE(a, '$.b')
> JSON_VALUE(a, 'lax $.b' RETURNING INT DEFAULT 0 ON EMPTY ERROR ON ERROR)
> JSON_VALUE(a, '$.b' NULL ON EMPTY DEFAULT -1 ON ERROR)
> JSON_VALUE(a, '$.b' RETURNING INT NULL ON ERROR)
> JSON_QUERY(a, '$.b')
> JSON_QUERY(a, '$.b' RETURNING ARRAY<STRING> WITH WRAPPER EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)
= JSON_QUERY(a, '$.b' RETURNING ARRAY<STRING> WITH UNCONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY EMPTY OBJECT ON ERROR)
> JSON_QUERY(a, '$.b' WITH CONDITIONAL ARRAY WRAPPER NULL ON EMPTY)
> JSON_QUERY(a, '$.b' WITHOUT ARRAY WRAPPER)
= JSON_QUERY(a, '$.b')
> JSON_OBJECT()
> JSON_OBJECT('a' VALUE 1, KEY 'b' VALUE x ABSENT ON NULL)
= JSON_OBJECT(KEY 'a' VALUE 1, KEY 'b' VALUE x ABSENT ON NULL)
> JSON_OBJECT(key VALUE value)
= JSON_OBJECT(KEY key VALUE value)
> JSON_OBJECT('a': 1 NULL ON NULL)
= JSON_OBJECT(KEY 'a' VALUE 1)
> JSON_ARRAY(1, 'a', NULL)
> JSON_ARRAY(1 NULL ON NULL)
> JSON_ARRAY(ABSENT ON NULL)
= JSON_ARRAY()
> JSON_OBJECTAGG(KEY a VALUE b)
> JSON_OBJECTAGG(a VALUE b ABSENT ON NULL) FILTER (WHERE c)
= JSON_OBJECTAGG(KEY a VALUE b ABSENT ON NULL) FILTER (WHERE c)
> JSON_ARRAYAGG(a NULL ON NULL)
-- comments
> a /* b */ + -- c
1
= a + 1
> a /*+ a hint in a place of none */ + 1
= a + 1
