CREATE TABLE person (id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, dateTime TIMESTAMP(3), extra STRING, WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND) WITH ('connector' = 'nexmark', 'format' = 'json');
CREATE TABLE auction (id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING, WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND) WITH ('connector' = 'nexmark', 'format' = 'json');
CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, dateTime TIMESTAMP(3), extra STRING, p_time AS PROCTIME(), WATERMARK FOR dateTime AS dateTime - INTERVAL '4' SECOND) WITH ('connector' = 'nexmark', 'format' = 'json');
CREATE TABLE side_input (key BIGINT, `value` STRING, PRIMARY KEY (key) NOT ENFORCED);
====
CREATE FUNCTION count_char(s STRING, c STRING) RETURNS INT AS CHAR_LENGTH(s) - CHAR_LENGTH(REPLACE(s, c, ''))
----
done
====
CREATE VIEW q0 AS SELECT auction, bidder, price, dateTime, extra FROM bid
----
no key, append only
Scan bid [auction, bidder, price, dateTime, extra]
====
CREATE VIEW q1 AS SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid
----
no key, append only
Project [auction, bidder, (0.908 * CAST(price AS DECIMAL(19, 0))) AS price, dateTime, extra]
  Scan bid [auction, bidder, price, dateTime, extra]
====
CREATE VIEW q2 AS SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0
----
no key, append only
Filter ((auction % 123) = 0)
  Scan bid [auction, price]
====
CREATE VIEW q3 AS SELECT P.name, P.city, P.state, A.id FROM auction AS A INNER JOIN person AS P ON A.seller = P.id WHERE A.category = 10 AND (P.state = 'OR' OR P.state = 'ID' OR P.state = 'CA')
----
no key, append only
Project [name, city, state, id$0 AS id]
  InnerJoin on [seller] = [id]
    Project [id, seller]
      Filter (category = 10)
        Scan auction [id, seller, category]
    Filter ((state = 'OR') OR (state = 'ID') OR (state = 'CA'))
      Scan person [id, name, city, state]
====
CREATE VIEW q4 AS SELECT Q.category, AVG(Q.final) AS average FROM (SELECT MAX(B.price) AS final, A.category FROM auction A, bid B WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires GROUP BY A.id, A.category) Q GROUP BY Q.category
----
key category
Project [category, AVG AS average]
  Aggregate by [category] AVG(MAX)
    Aggregate by [id, category] MAX(price)
      InnerJoin on [id] = [auction] and ((dateTime$6 >= dateTime$1) AND (dateTime$6 <= expires))
        Scan auction [id, dateTime, expires, category]
        Scan bid [auction, price, dateTime]
====
CREATE VIEW q5 AS SELECT AuctionBids.auction, AuctionBids.num FROM (
  SELECT auction, count(*) AS num, window_start AS starttime, window_end AS endtime FROM TABLE(HOP(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '2' SECOND, INTERVAL '10' SECOND)) GROUP BY auction, window_start, window_end
) AS AuctionBids JOIN (
  SELECT max(CountBids.num) AS maxn, CountBids.starttime, CountBids.endtime FROM (
    SELECT count(*) AS num, window_start AS starttime, window_end AS endtime FROM TABLE(HOP(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '2' SECOND, INTERVAL '10' SECOND)) GROUP BY auction, window_start, window_end
  ) AS CountBids GROUP BY CountBids.starttime, CountBids.endtime
) AS MaxBids ON AuctionBids.starttime = MaxBids.starttime AND AuctionBids.endtime = MaxBids.endtime AND AuctionBids.num >= MaxBids.maxn
----
no key
Project [auction, num]
  InnerJoin on [starttime, endtime] = [starttime, endtime] and (num >= maxn)
    Project [auction, COUNT AS num, window_start AS starttime, window_end AS endtime]
      Aggregate by [auction, window_start, window_end] COUNT(*)
        HopWindow dateTime size 10s step 2s
          Scan bid [auction, dateTime]
    Project [MAX AS maxn, starttime, endtime]
      Aggregate by [window_start, window_end] MAX(COUNT)
        Aggregate by [auction, window_start, window_end] COUNT(*)
          HopWindow dateTime size 10s step 2s
            Scan bid [auction, dateTime]
====
CREATE VIEW q6 AS SELECT seller, AVG(price) OVER (PARTITION BY seller ORDER BY dateTime ROWS BETWEEN 10 PRECEDING AND CURRENT ROW) AS average FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY id, seller ORDER BY price DESC) AS rn FROM (
    SELECT A.id, A.seller, B.price, B.dateTime FROM auction AS A, bid AS B WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires)
) WHERE rn <= 1
----
no key
Project [seller, AVG AS average]
  Over by [seller] order [dateTime], AVG(price) rows 10 to 0
    Project [seller, price, dateTime]
      Top by [id, seller] order [price DESC] 1 to 1
        Project [id, seller, price, dateTime$6 AS dateTime]
          InnerJoin on [id] = [auction] and ((dateTime$6 >= dateTime$1) AND (dateTime$6 <= expires))
            Scan auction [id, dateTime, expires, seller]
            Scan bid [auction, price, dateTime]
====
CREATE VIEW q7 AS SELECT B.auction, B.price, B.bidder, B.dateTime, B.extra FROM bid B JOIN (
  SELECT MAX(price) AS maxprice, window_end AS dateTime FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY window_start, window_end
) B1 ON B.price = B1.maxprice WHERE B.dateTime BETWEEN B1.dateTime - INTERVAL '10' SECOND AND B1.dateTime
----
no key
Project [auction, price, bidder, dateTime$3 AS dateTime, extra]
  InnerJoin on [price] = [maxprice] and ((dateTime$3 >= (dateTime$6 - INTERVAL '00:00:10')) AND (dateTime$3 <= dateTime$6))
    Scan bid [auction, bidder, price, dateTime, extra]
    Project [MAX AS maxprice, window_end AS dateTime]
      Aggregate by [window_start, window_end] MAX(price)
        TumbleWindow dateTime size 10s
          Scan bid [price, dateTime]
====
CREATE VIEW q8 AS SELECT P.id, P.name, P.starttime FROM (
  SELECT id, name, window_start AS starttime, window_end AS endtime FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY id, name, window_start, window_end
) P JOIN (
  SELECT seller, window_start AS starttime, window_end AS endtime FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY seller, window_start, window_end
) A ON P.id = A.seller AND P.starttime = A.starttime AND P.endtime = A.endtime
----
no key, append only
Project [id, name, starttime$2 AS starttime]
  InnerJoin on [id, window_start, window_end] = [seller, window_start, window_end]
    Distinct by [id, name, window_start, window_end]
      TumbleWindow dateTime size 10s
        Scan person [id, name, dateTime]
    Distinct by [seller, window_start, window_end]
      TumbleWindow dateTime size 10s
        Scan auction [dateTime, seller]
====
CREATE VIEW q9 AS SELECT id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra, auction, bidder, price, bid_dateTime, bid_extra FROM (
  SELECT A.*, B.auction, B.bidder, B.price, B.dateTime AS bid_dateTime, B.extra AS bid_extra, ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.dateTime ASC) AS rownum
  FROM auction A, bid B WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires
) WHERE rownum <= 1
----
key id
Project [id, itemName, description, initialBid, reserve, dateTime$5 AS dateTime, expires, seller, category, extra$9 AS extra, auction, bidder, price, dateTime$13 AS bid_dateTime, extra$14 AS bid_extra]
  Top by [id] order [price DESC, dateTime$13] 1 to 1
    InnerJoin on [id] = [auction] and ((dateTime$13 >= dateTime$5) AND (dateTime$13 <= expires))
      Scan auction [id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]
      Scan bid [auction, bidder, price, dateTime, extra]
====
CREATE VIEW q10 AS SELECT auction, bidder, price, dateTime, extra, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS dt, DATE_FORMAT(dateTime, 'HH:mm') AS hm FROM bid
----
no key, append only
Project [auction, bidder, price, dateTime, extra, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS dt, DATE_FORMAT(dateTime, 'HH:mm') AS hm]
  Scan bid [auction, bidder, price, dateTime, extra]
====
CREATE VIEW q11 AS SELECT B.bidder, count(*) AS bid_count, SESSION_START(B.dateTime, INTERVAL '10' SECOND) AS starttime, SESSION_END(B.dateTime, INTERVAL '10' SECOND) AS endtime FROM bid B GROUP BY B.bidder, SESSION(B.dateTime, INTERVAL '10' SECOND)
----
no key
Project [bidder, COUNT AS bid_count, window_start AS starttime, window_end AS endtime]
  Aggregate by [bidder, window_start, window_end, window_time] COUNT(*)
    SessionWindow dateTime size 10s by [bidder]
      Scan bid [bidder, dateTime]
====
CREATE VIEW q11b AS SELECT bidder, count(*) AS bid_count, window_start, window_end FROM TABLE(SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end
----
key bidder, window_start, window_end
Project [bidder, COUNT AS bid_count, window_start, window_end]
  Aggregate by [bidder, window_start, window_end] COUNT(*)
    SessionWindow dateTime size 10s by [bidder]
      Scan bid [bidder, dateTime]
====
CREATE VIEW q12 AS SELECT B.bidder, count(*) AS bid_count, TUMBLE_START(B.p_time, INTERVAL '10' SECOND) AS starttime FROM bid B GROUP BY B.bidder, TUMBLE(B.p_time, INTERVAL '10' SECOND)
----
error: Line 1, column 129: A window over the clock (PROCTIME()) depends on when a row came, so it could not be computed again after a crash or for a view that joins later. Use a column of event time that the row brings along; for the last minutes as of now, compare such a column with NOW() in WHERE.
====
CREATE VIEW q13 AS SELECT B.auction, B.bidder, B.price, B.dateTime, S.`value` FROM bid B JOIN side_input FOR SYSTEM_TIME AS OF B.p_time AS S ON MOD(B.auction, 10000) = S.key
----
no key, append only
Project [auction, bidder, price, dateTime, value]
  Lookup on [(auction % 10000)] = [key]
    Scan bid [auction, bidder, price, dateTime]
    Scan side_input [key, value]
====
CREATE VIEW q14 AS SELECT auction, bidder, 0.908 * price AS price,
  CASE WHEN HOUR(dateTime) >= 8 AND HOUR(dateTime) <= 18 THEN 'dayTime' WHEN HOUR(dateTime) <= 6 OR HOUR(dateTime) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
  dateTime, extra, count_char(extra, 'c') AS c_counts FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000
----
no key, append only
Project [auction, bidder, (0.908 * CAST(price AS DECIMAL(19, 0))) AS price, CASE WHEN ((HOUR(dateTime) >= 8) AND (HOUR(dateTime) <= 18)) THEN 'dayTime' WHEN ((HOUR(dateTime) <= 6) OR (HOUR(dateTime) >= 20)) THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType, dateTime, extra, (CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', ''))) AS c_counts]
  Filter (((0.908 * CAST(price AS DECIMAL(19, 0))) > 1000000) AND ((0.908 * CAST(price AS DECIMAL(19, 0))) < 50000000))
    Scan bid [auction, bidder, price, dateTime, extra]
====
CREATE VIEW q15 AS SELECT DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, count(*) AS total_bids,
  count(*) FILTER (WHERE price < 10000) AS rank1_bids, count(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids, count(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
  count(DISTINCT bidder) AS total_bidders, count(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders FROM bid GROUP BY DATE_FORMAT(dateTime, 'yyyy-MM-dd')
----
key day
Project [key AS day, COUNT$1 AS total_bids, COUNT$2 AS rank1_bids, COUNT$3 AS rank2_bids, COUNT$4 AS rank3_bids, COUNT$5 AS total_bidders, COUNT$6 AS rank1_bidders]
  Aggregate by [DATE_FORMAT(dateTime, 'yyyy-MM-dd')] COUNT(*), COUNT(*) FILTER (price < 10000), COUNT(*) FILTER ((price >= 10000) AND (price < 1000000)), COUNT(*) FILTER (price >= 1000000), COUNT(DISTINCT bidder), COUNT(DISTINCT bidder) FILTER (price < 10000)
    Scan bid [bidder, price, dateTime]
====
CREATE VIEW q16 AS SELECT channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, max(DATE_FORMAT(dateTime, 'HH:mm')) AS `minute`, count(*) AS total_bids,
  count(DISTINCT bidder) AS total_bidders, count(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders, count(DISTINCT auction) AS total_auctions
  FROM bid GROUP BY channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd')
----
key channel, day
Project [channel, key AS day, MAX AS minute, COUNT$3 AS total_bids, COUNT$4 AS total_bidders, COUNT$5 AS rank1_bidders, COUNT$6 AS total_auctions]
  Aggregate by [channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd')] MAX(DATE_FORMAT(dateTime, 'HH:mm')), COUNT(*), COUNT(DISTINCT bidder), COUNT(DISTINCT bidder) FILTER (price < 10000), COUNT(DISTINCT auction)
    Scan bid [auction, bidder, price, channel, dateTime]
====
CREATE VIEW q17 AS SELECT auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, count(*) AS total_bids, count(*) FILTER (WHERE price < 10000) AS rank1_bids, min(price) AS min_price, max(price) AS max_price, avg(price) AS avg_price, sum(price) AS sum_price
  FROM bid GROUP BY auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd')
----
key auction, day
Project [auction, key AS day, COUNT$2 AS total_bids, COUNT$3 AS rank1_bids, MIN AS min_price, MAX AS max_price, AVG AS avg_price, SUM AS sum_price]
  Aggregate by [auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd')] COUNT(*), COUNT(*) FILTER (price < 10000), MIN(price), MAX(price), AVG(price), SUM(price)
    Scan bid [auction, price, dateTime]
====
CREATE VIEW q18 AS SELECT auction, bidder, price, channel, url, dateTime, extra FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) AS rank_number FROM bid) WHERE rank_number <= 1
----
key auction, bidder
Top by [bidder, auction] order [dateTime DESC] 1 to 1
  Scan bid [auction, bidder, price, channel, url, dateTime, extra]
====
CREATE VIEW q19 AS SELECT auction, bidder, price, rank_number FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rank_number FROM bid) WHERE rank_number <= 10
----
key auction, rank_number
Project [auction, bidder, price, ROW_NUMBER AS rank_number]
  Top by [auction] order [price DESC] 1 to 10 with rank
    Scan bid [auction, bidder, price]
====
CREATE VIEW q20 AS SELECT auction, bidder, price, channel, url, B.dateTime AS b_time, B.extra AS b_extra, itemName, description, initialBid, reserve, A.dateTime AS a_time, expires, seller, category, A.extra AS a_extra FROM bid AS B INNER JOIN auction AS A ON B.auction = A.id WHERE A.category = 10
----
no key, append only
Project [auction, bidder, price, channel, url, dateTime$5 AS b_time, extra$6 AS b_extra, itemName, description, initialBid, reserve, dateTime$12 AS a_time, expires, seller, category, extra$16 AS a_extra]
  InnerJoin on [auction] = [id]
    Scan bid [auction, bidder, price, channel, url, dateTime, extra]
    Filter (category = 10)
      Scan auction [id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]
====
CREATE VIEW q21 AS SELECT auction, bidder, price, channel,
  CASE WHEN LOWER(channel) = 'apple' THEN '0' WHEN LOWER(channel) = 'google' THEN '1' WHEN LOWER(channel) = 'facebook' THEN '2' WHEN LOWER(channel) = 'baidu' THEN '3' ELSE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) END AS channel_id
  FROM bid WHERE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) IS NOT NULL OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')
----
no key, append only
Project [auction, bidder, price, channel, CASE WHEN (LOWER(channel) = 'apple') THEN '0' WHEN (LOWER(channel) = 'google') THEN '1' WHEN (LOWER(channel) = 'facebook') THEN '2' WHEN (LOWER(channel) = 'baidu') THEN '3' ELSE REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) END AS channel_id]
  Filter (REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2) IS NOT NULL OR LOWER(channel) IN ['apple', 'google', 'facebook', 'baidu'])
    Scan bid [auction, bidder, price, channel, url]
====
CREATE VIEW q22 AS SELECT auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3 FROM bid
----
no key, append only
Project [auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3]
  Scan bid [auction, bidder, price, channel, url]
====
EXPLAIN LINEAGE q9.price
----
price: auction.dateTime filtered, auction.expires filtered, auction.id filtered, bid.auction filtered, bid.dateTime filtered, bid.price copied, bid.price filtered
====
EXPLAIN LINEAGE q4
----
category: auction.category copied, auction.dateTime filtered, auction.expires filtered, auction.id filtered, bid.auction filtered, bid.dateTime filtered
average: auction.category filtered, auction.dateTime filtered, auction.expires filtered, auction.id filtered, bid.auction filtered, bid.dateTime filtered, bid.price aggregated
====
WHY q3 WHERE id = 7
----
Project [name, city, state, id$0 AS id]
  InnerJoin on [seller] = [id]
    Project [id, seller]
      Filter ((category = 10) AND (id = 7))
        Scan auction [id, seller, category]
    Filter ((state = 'OR') OR (state = 'ID') OR (state = 'CA'))
      Scan person [id, name, city, state]
from auction
Distinct by [id$0, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]
  InnerJoin on [seller] = [id]
    Filter ((category = 10) AND (id = 7))
      Scan auction [id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]
    Project [id]
      Filter ((state = 'OR') OR (state = 'ID') OR (state = 'CA'))
        Scan person [id, state]
from person
Distinct by [id, name, emailAddress, creditCard, city, state, dateTime, extra]
  InnerJoin on [seller] = [id]
    Project [seller]
      Filter ((category = 10) AND (id = 7))
        Scan auction [id, seller, category]
    Filter ((state = 'OR') OR (state = 'ID') OR (state = 'CA'))
      Scan person [id, name, emailAddress, creditCard, city, state, dateTime, extra]
====
WHY q4 WHERE category = 10
----
Project [category, AVG AS average]
  Aggregate by [category] AVG(MAX)
    Aggregate by [id, category] MAX(price)
      InnerJoin on [id] = [auction] and ((dateTime$6 >= dateTime$1) AND (dateTime$6 <= expires))
        Filter (category = 10)
          Scan auction [id, dateTime, expires, category]
        Scan bid [auction, price, dateTime]
from auction
Distinct by [id, itemName, description, initialBid, reserve, dateTime$5, expires, seller, category, extra]
  InnerJoin on [id] = [auction] and ((dateTime$11 >= dateTime$5) AND (dateTime$11 <= expires))
    Filter (category = 10)
      Scan auction [id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra]
    Scan bid [auction, dateTime]
from bid
Distinct by [auction, bidder, price, channel, url, dateTime$8, extra]
  InnerJoin on [id] = [auction] and ((dateTime$8 >= dateTime$1) AND (dateTime$8 <= expires))
    Project [id, dateTime, expires]
      Filter (category = 10)
        Scan auction [id, dateTime, expires, category]
    Scan bid [auction, bidder, price, channel, url, dateTime, extra]
