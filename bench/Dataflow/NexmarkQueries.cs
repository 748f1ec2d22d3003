namespace Orrery.Bench.Dataflow;

/// <summary>Nexmark's tables and queries in the dialect.</summary>
static class NexmarkQueries
{
    public const string Tables = """
        CREATE TABLE person (id BIGINT, name STRING, emailAddress STRING, creditCard STRING, city STRING, state STRING, dateTime TIMESTAMP(3), extra STRING);
        CREATE TABLE auction (id BIGINT, itemName STRING, description STRING, initialBid BIGINT, reserve BIGINT, dateTime TIMESTAMP(3), expires TIMESTAMP(3), seller BIGINT, category BIGINT, extra STRING);
        CREATE TABLE bid (auction BIGINT, bidder BIGINT, price BIGINT, channel STRING, url STRING, dateTime TIMESTAMP(3), extra STRING);
        """;

    const string Counts = """
        SELECT auction, COUNT(*) AS num, window_start AS starttime, window_end AS endtime
        FROM TABLE(HOP(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '2' SECOND, INTERVAL '10' SECOND)) GROUP BY auction, window_start, window_end
        """;

    /// <summary>Name, text, events a second to reach, events a second of Flink's best published run.</summary>
    public static readonly (string Name, string Text, double Goal, double Flink)[] All =
    [
        ("q0", "SELECT auction, bidder, price, dateTime, extra FROM bid", 2_000_000, 155_000),
        ("q3", "SELECT P.name, P.city, P.state, A.id FROM auction AS A INNER JOIN person AS P ON A.seller = P.id WHERE A.category = 10 AND (P.state = 'or' OR P.state = 'id' OR P.state = 'ca')", 600_000, 152_000),
        ("q4", """
            SELECT Q.category, AVG(Q.final) AS average FROM (
              SELECT MAX(B.price) AS final, A.category FROM auction AS A, bid AS B
              WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires GROUP BY A.id, A.category) AS Q
            GROUP BY Q.category
            """, 150_000, 34_000),
        ("q5", $"""
            SELECT AuctionBids.auction, AuctionBids.num FROM ({Counts}) AS AuctionBids
            JOIN (SELECT MAX(CountBids.num) AS maxn, CountBids.starttime, CountBids.endtime FROM ({Counts}) AS CountBids GROUP BY CountBids.starttime, CountBids.endtime) AS MaxBids
            ON AuctionBids.starttime = MaxBids.starttime AND AuctionBids.endtime = MaxBids.endtime AND AuctionBids.num >= MaxBids.maxn
            """, 120_000, 22_000),
        ("q7", """
            SELECT B.auction, B.price, B.bidder, B.dateTime, B.extra FROM bid AS B
            JOIN (SELECT MAX(price) AS maxprice, window_end AS dateTime FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(dateTime), INTERVAL '10' SECOND)) GROUP BY window_start, window_end) AS B1
            ON B.price = B1.maxprice WHERE B.dateTime BETWEEN B1.dateTime - INTERVAL '10' SECOND AND B1.dateTime
            """, 80_000, 12_000),
        ("q9", """
            SELECT id, itemName, description, initialBid, reserve, dateTime, expires, seller, category, extra, auction, bidder, price, bid_dateTime, bid_extra FROM (
              SELECT A.id, A.itemName, A.description, A.initialBid, A.reserve, A.dateTime, A.expires, A.seller, A.category, A.extra, B.auction, B.bidder, B.price, B.dateTime AS bid_dateTime, B.extra AS bid_extra,
                ROW_NUMBER() OVER (PARTITION BY A.id ORDER BY B.price DESC, B.dateTime ASC) AS rownum
              FROM auction AS A, bid AS B WHERE A.id = B.auction AND B.dateTime BETWEEN A.dateTime AND A.expires) AS W
            WHERE rownum <= 1
            """, 80_000, 14_000),
        ("q16", """
            SELECT channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd') AS `day`, MAX(DATE_FORMAT(dateTime, 'HH:mm')) AS `minute`, COUNT(*) AS total_bids,
              COUNT(*) FILTER (WHERE price < 10000) AS rank1_bids, COUNT(*) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bids, COUNT(*) FILTER (WHERE price >= 1000000) AS rank3_bids,
              COUNT(DISTINCT bidder) AS total_bidders, COUNT(DISTINCT bidder) FILTER (WHERE price < 10000) AS rank1_bidders,
              COUNT(DISTINCT bidder) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_bidders, COUNT(DISTINCT bidder) FILTER (WHERE price >= 1000000) AS rank3_bidders,
              COUNT(DISTINCT auction) AS total_auctions, COUNT(DISTINCT auction) FILTER (WHERE price < 10000) AS rank1_auctions,
              COUNT(DISTINCT auction) FILTER (WHERE price >= 10000 AND price < 1000000) AS rank2_auctions, COUNT(DISTINCT auction) FILTER (WHERE price >= 1000000) AS rank3_auctions
            FROM bid GROUP BY channel, DATE_FORMAT(dateTime, 'yyyy-MM-dd')
            """, 80_000, 19_000),
        ("q18", """
            SELECT auction, bidder, price, channel, url, dateTime, extra FROM (
              SELECT auction, bidder, price, channel, url, dateTime, extra, ROW_NUMBER() OVER (PARTITION BY bidder, auction ORDER BY dateTime DESC) AS rank_number FROM bid) AS R
            WHERE rank_number <= 1
            """, 300_000, 54_000),
        ("q19", """
            SELECT auction, bidder, price, channel, url, dateTime, extra, rank_number FROM (
              SELECT auction, bidder, price, channel, url, dateTime, extra, ROW_NUMBER() OVER (PARTITION BY auction ORDER BY price DESC) AS rank_number FROM bid) AS R
            WHERE rank_number <= 10
            """, 200_000, 44_000),
        ("q20", """
            SELECT B.auction, B.bidder, B.price, B.channel, B.url, B.dateTime AS bid_dateTime, B.extra AS bid_extra, A.itemName, A.description, A.initialBid, A.reserve, A.dateTime AS auction_dateTime, A.expires,
              A.seller, A.category, A.extra AS auction_extra
            FROM bid AS B INNER JOIN auction AS A ON B.auction = A.id WHERE A.category = 10
            """, 150_000, 19_000),
    ];
}
