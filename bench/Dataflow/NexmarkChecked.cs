namespace Orrery.Bench.Dataflow;

/// <summary>Nexmark's queries beside the same in PostgreSQL's words, for their results to be compared; and those that the dialect refuses, with the reason.</summary>
static class NexmarkChecked
{
    const string ChannelId = "REGEXP_EXTRACT(url, '(&|^)channel_id=([^&]*)', 2)", PgChannelId = "(regexp_match(url, '(&|^)channel_id=([^&]*)'))[2]";

    /// <summary>Whose order leaves rows equal: of these each one's own columns are compared, and rows have to be bids.</summary>
    public const string Tied = "q19";

    const string PgCounts = """
        SELECT auction, count(*) AS num, date_bin('2 s', datetime, '1970-01-01') - k * interval '2 s' AS starttime FROM bid, generate_series(0, 4) k GROUP BY 1, 3
        """;

    const string PgDistinct = """
        count(*) AS total_bids, count(*) FILTER (WHERE price < 10000), count(*) FILTER (WHERE price >= 10000 AND price < 1000000), count(*) FILTER (WHERE price >= 1000000),
        count(DISTINCT bidder), count(DISTINCT bidder) FILTER (WHERE price < 10000), count(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000), count(DISTINCT bidder) FILTER (WHERE price >= 1000000),
        count(DISTINCT auction), count(DISTINCT auction) FILTER (WHERE price < 10000), count(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000), count(DISTINCT auction) FILTER (WHERE price >= 1000000)
        """;

    static readonly string Winning = """
        SELECT A.id, A.seller, B.price AS final, B.dateTime AS closed, ROW_NUMBER() OVER (PARTITION BY A.id, A.seller ORDER BY B.price DESC, B.dateTime) AS place
        FROM auction AS A, bid AS B WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires
        """;

    /// <summary>Name, text here (empty: that of <see cref="NexmarkQueries"/>), text in PostgreSQL.</summary>
    public static readonly (string Name, string Text, string PostgreSql)[] All =
    [
        ("q0", "", "SELECT auction, bidder, price, datetime, extra FROM bid"),
        ("q1", "SELECT auction, bidder, 0.908 * price AS price, dateTime, extra FROM bid", "SELECT auction, bidder, 0.908 * price, datetime, extra FROM bid"),
        ("q2", "SELECT auction, price FROM bid WHERE MOD(auction, 123) = 0", "SELECT auction, price FROM bid WHERE auction % 123 = 0"),
        ("q3", "", "SELECT p.name, p.city, p.state, a.id FROM auction a JOIN person p ON a.seller = p.id WHERE a.category = 10 AND p.state IN ('or', 'id', 'ca')"),
        ("q4", "", """
            SELECT category, trunc(avg(final)) FROM (
              SELECT max(b.price) AS final, a.category FROM auction a JOIN bid b ON a.id = b.auction AND b.datetime BETWEEN a.datetime AND a.expires GROUP BY a.id, a.category) q
            GROUP BY category
            """),
        ("q5", "", $"""
            SELECT auction, num FROM (SELECT c.*, max(num) OVER (PARTITION BY starttime) AS maxn FROM ({PgCounts}) c) m WHERE num >= maxn
            """),
        ("q6", $"SELECT seller, AVG(final) OVER (PARTITION BY seller ORDER BY closed, id ROWS BETWEEN 10 PRECEDING AND CURRENT ROW) AS price FROM ({Winning}) AS W WHERE place <= 1",
            $"SELECT seller, trunc(avg(final) OVER (PARTITION BY seller ORDER BY closed, id ROWS BETWEEN 10 PRECEDING AND CURRENT ROW)) FROM ({Winning}) w WHERE place <= 1"),
        ("q7", "", """
            SELECT b.auction, b.price, b.bidder, b.datetime, b.extra FROM bid b
            JOIN (SELECT max(price) AS maxprice, date_bin('10 s', datetime, '1970-01-01') + interval '10 s' AS datetime FROM bid GROUP BY 2) b1
            ON b.price = b1.maxprice AND b.datetime BETWEEN b1.datetime - interval '10 s' AND b1.datetime
            """),
        ("q8", """
            SELECT P.id, P.name, P.starttime FROM
              (SELECT id, name, window_start AS starttime, window_end AS endtime FROM TABLE(TUMBLE(TABLE person, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY id, name, window_start, window_end) AS P
            JOIN (SELECT seller, window_start AS starttime, window_end AS endtime FROM TABLE(TUMBLE(TABLE auction, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY seller, window_start, window_end) AS A
            ON P.id = A.seller AND P.starttime = A.starttime AND P.endtime = A.endtime
            """, """
            SELECT DISTINCT p.id, p.name, date_bin('10 s', p.datetime, '1970-01-01') FROM person p
            JOIN auction a ON p.id = a.seller AND date_bin('10 s', p.datetime, '1970-01-01') = date_bin('10 s', a.datetime, '1970-01-01')
            """),
        ("q9", "", """
            SELECT id, itemname, description, initialbid, reserve, datetime, expires, seller, category, extra, auction, bidder, price, bid_datetime, bid_extra FROM (
              SELECT a.*, b.auction, b.bidder, b.price, b.datetime AS bid_datetime, b.extra AS bid_extra, row_number() OVER (PARTITION BY a.id ORDER BY b.price DESC, b.datetime) AS place
              FROM auction a JOIN bid b ON a.id = b.auction AND b.datetime BETWEEN a.datetime AND a.expires) w WHERE place <= 1
            """),
        ("q10", "SELECT auction, bidder, price, dateTime, extra, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, DATE_FORMAT(dateTime, 'HH:mm') AS `minute` FROM bid",
            "SELECT auction, bidder, price, datetime, extra, to_char(datetime, 'YYYY-MM-DD'), to_char(datetime, 'HH24:MI') FROM bid"),
        ("q11", """
            SELECT bidder, COUNT(*) AS bid_count, window_start AS starttime, window_end AS endtime
            FROM TABLE(SESSION(TABLE bid PARTITION BY bidder, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end
            """, """
            SELECT bidder, count(*), min(datetime), max(datetime) + interval '10 s' FROM (
              SELECT bidder, datetime, sum(opens) OVER (PARTITION BY bidder ORDER BY datetime) AS session FROM (
                SELECT bidder, datetime, CASE WHEN datetime - lag(datetime) OVER (PARTITION BY bidder ORDER BY datetime) < interval '10 s' THEN 0 ELSE 1 END AS opens FROM bid) o) s
            GROUP BY bidder, session
            """),
        ("q12", "SELECT bidder, COUNT(*) AS bid_count, window_start, window_end FROM TABLE(TUMBLE(TABLE (SELECT bidder, PROCTIME() AS at FROM bid), DESCRIPTOR(at), INTERVAL '10' SECOND)) GROUP BY bidder, window_start, window_end", ""),
        ("q14", """
            SELECT auction, bidder, 0.908 * price AS price, CASE WHEN HOUR(dateTime) >= 8 AND HOUR(dateTime) <= 18 THEN 'dayTime' WHEN HOUR(dateTime) <= 6 OR HOUR(dateTime) >= 20 THEN 'nightTime' ELSE 'otherTime' END AS bidTimeType,
              dateTime, extra, CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS c_counts
            FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000
            """, """
            SELECT auction, bidder, 0.908 * price, CASE WHEN extract(hour FROM datetime) BETWEEN 8 AND 18 THEN 'dayTime' WHEN extract(hour FROM datetime) <= 6 OR extract(hour FROM datetime) >= 20 THEN 'nightTime' ELSE 'otherTime' END,
              datetime, extra, length(extra) - length(replace(extra, 'c', '')) FROM bid WHERE 0.908 * price > 1000000 AND 0.908 * price < 50000000
            """),
        ("q15", """
            SELECT DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, COUNT(*) AS total_bids, COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids, COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
              COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids, COUNT(DISTINCT bidder) AS total_bidders, COUNT(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
              COUNT(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders, COUNT(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
              COUNT(DISTINCT auction) AS total_auctions, COUNT(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
              COUNT(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions, COUNT(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
            FROM bid GROUP BY DATE_FORMAT(dateTime, 'yyyy-MM-dd')
            """, $"SELECT to_char(datetime, 'YYYY-MM-DD'), {PgDistinct} FROM bid GROUP BY 1"),
        ("q16", "", $"SELECT channel, to_char(datetime, 'YYYY-MM-DD') AS day, max(to_char(datetime, 'HH24:MI')), {PgDistinct} FROM bid GROUP BY 1, 2"),
        ("q17", """
            SELECT auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, COUNT(*) AS total_bids, COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids, COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids,
              COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids, MIN(price) AS min_price, MAX(price) AS max_price, AVG(price) AS avg_price, SUM(price) AS sum_price
            FROM bid GROUP BY auction, DATE_FORMAT(dateTime, 'yyyy-MM-dd')
            """, """
            SELECT auction, to_char(datetime, 'YYYY-MM-DD'), count(*), count(*) FILTER (WHERE price < 10000), count(*) FILTER (WHERE price >= 10000 AND price < 1000000), count(*) FILTER (WHERE price >= 1000000),
              min(price), max(price), trunc(avg(price)), sum(price) FROM bid GROUP BY 1, 2
            """),
        ("q18", "", """
            SELECT auction, bidder, price, channel, url, datetime, extra FROM (SELECT *, row_number() OVER (PARTITION BY bidder, auction ORDER BY datetime DESC) AS place FROM bid) r WHERE place <= 1
            """),
        (Tied, "", "SELECT auction, price, place FROM (SELECT *, row_number() OVER (PARTITION BY auction ORDER BY price DESC) AS place FROM bid) r WHERE place <= 10"),
        ("q20", "", """
            SELECT b.auction, b.bidder, b.price, b.channel, b.url, b.datetime, b.extra, a.itemname, a.description, a.initialbid, a.reserve, a.datetime, a.expires, a.seller, a.category, a.extra
            FROM bid b JOIN auction a ON b.auction = a.id WHERE a.category = 10
            """),
        ("q21", $"""
            SELECT auction, bidder, price, channel, CASE WHEN LOWER(channel) = 'apple' THEN '0' WHEN LOWER(channel) = 'google' THEN '1' WHEN LOWER(channel) = 'facebook' THEN '2' WHEN LOWER(channel) = 'baidu' THEN '3'
              ELSE {ChannelId} END AS channel_id FROM bid WHERE {ChannelId} IS NOT NULL OR LOWER(channel) IN ('apple', 'google', 'facebook', 'baidu')
            """, $"""
            SELECT auction, bidder, price, channel, CASE lower(channel) WHEN 'apple' THEN '0' WHEN 'google' THEN '1' WHEN 'facebook' THEN '2' WHEN 'baidu' THEN '3' ELSE {PgChannelId} END
            FROM bid WHERE {PgChannelId} IS NOT NULL OR lower(channel) IN ('apple', 'google', 'facebook', 'baidu')
            """),
        ("q22", "SELECT auction, bidder, price, channel, SPLIT_INDEX(url, '/', 3) AS dir1, SPLIT_INDEX(url, '/', 4) AS dir2, SPLIT_INDEX(url, '/', 5) AS dir3 FROM bid",
            "SELECT auction, bidder, price, channel, nullif(split_part(url, '/', 4), ''), nullif(split_part(url, '/', 5), ''), nullif(split_part(url, '/', 6), '') FROM bid"),
    ];
}
