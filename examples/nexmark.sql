-- Nexmark, the auction: people, auctions and bids of a generator, and what is asked of them, live.
-- Run it with: ./orrery sql -f examples/nexmark.sql
-- The events follow from their numbers and the seed, so the answers are the same every time.

CREATE TABLE IF NOT EXISTS person (
    id BIGINT NOT NULL, name STRING, city STRING, state STRING, dateTime TIMESTAMP(3)
) WITH ('connector' = 'nexmark', 'type' = 'person', 'events' = '100000');

CREATE TABLE IF NOT EXISTS auction (
    id BIGINT NOT NULL, itemName STRING, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT
) WITH ('connector' = 'nexmark', 'type' = 'auction', 'events' = '100000');

CREATE TABLE IF NOT EXISTS bid (
    auction BIGINT NOT NULL, bidder BIGINT, price BIGINT, channel STRING, dateTime TIMESTAMP(3)
) WITH ('connector' = 'nexmark', 'type' = 'bid', 'events' = '100000');

-- q3: who sells in three states, and what.
CREATE OR REPLACE MATERIALIZED VIEW local_sellers AS
SELECT p.name, p.city, p.state, a.id AS auction
FROM auction AS a
INNER JOIN person AS p ON a.seller = p.id
WHERE p.state IN ('OR', 'ID', 'CA');

-- q4: what auctions of a category fetch on average.
CREATE OR REPLACE MATERIALIZED VIEW category_price AS
SELECT category, AVG(final) AS average, COUNT(*) AS auctions
FROM (
    SELECT a.id, a.category, MAX(b.price) AS final
    FROM auction AS a
    INNER JOIN bid AS b ON a.id = b.auction AND b.dateTime BETWEEN a.dateTime AND a.expires
    GROUP BY a.id, a.category
) AS won
GROUP BY category;

-- q5's kind: bids of each auction in windows of ten seconds.
CREATE OR REPLACE MATERIALIZED VIEW busy_auctions AS
SELECT window_start, auction, COUNT(*) AS bids
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '10' SECOND))
GROUP BY window_start, window_end, auction;

-- q19: the three highest bids of each auction.
CREATE OR REPLACE MATERIALIZED VIEW top_bids AS
SELECT auction, bidder, price, place
FROM (
    SELECT auction, bidder, price, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS place
    FROM bid
) AS placed
WHERE place <= 3;

SELECT * FROM category_price ORDER BY category;
SELECT auction, SUM(bids) AS bids FROM busy_auctions GROUP BY auction ORDER BY bids DESC, auction LIMIT 5;
EXPLAIN SELECT * FROM local_sellers WHERE state = 'OR';
EXPLAIN LINEAGE category_price.average;
