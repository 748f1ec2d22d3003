using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Tests.Running;

/// <summary>Large tables of MySQL and MariaDB are read past the driver: every type comes as the server itself sums it up.</summary>
[Collection(LiveCollection.Name)]
public sealed class BulkReadTests(LiveServers servers)
{
    [Theory]
    [InlineData("sqlite")]
    [InlineData("mysql")]
    public void Many_rows_of_every_type_of_MariaDB_arrive_as_they_are(string engine)
    {
        DatabaseAddress from = servers.New("mysql"), to = servers.New(engine);
        from.Run(
            """
            CREATE TABLE every (
              id int unsigned NOT NULL, name varchar(20) CHARACTER SET latin1 NOT NULL, t1 tinyint, t2 tinyint unsigned, s smallint, m mediumint, b bigint, bu bigint unsigned, d decimal(38,10), f float, g double,
              bits bit(20), y year, da date, ti time(6), dt datetime(6), ts timestamp(3) NULL, c char(8), v varchar(50), tx text, e enum('one', '二', 'three'), st set('x', 'y', 'z'), bi binary(4), vb varbinary(20), bl blob, j json, u uuid,
              PRIMARY KEY (name, id))
            """,
            "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_UNSIGNED_SUBTRACTION')",
            """
            INSERT INTO every SELECT seq, CONCAT('né', seq % 50), seq % 256 - 128, seq % 256, seq % 65536 - 32768, seq * 331 % 16777216 - 8388608, seq * 922337203685, ~0 >> (seq % 64), seq * 1234567890.0123456789, seq / 7, seq / 3e200,
              seq % 1048576, 1901 + seq % 200, IF(seq % 100 = 0, '0000-00-00', DATE('0001-01-01') + INTERVAL seq * 100 DAY), SEC_TO_TIME(seq * 17.000001 - 200000), TIMESTAMP('1000-01-01') + INTERVAL seq * 1000003 SECOND + INTERVAL seq MICROSECOND,
              IF(seq % 3 = 0, NULL, FROM_UNIXTIME(seq * 80000 + 0.123)), CONCAT('c', seq % 1000), CONCAT('喜😀', CHAR(9), CHAR(10), '\\', seq), REPEAT('ö', seq % 300), 1 + seq % 3, seq % 8, LPAD(CHAR(seq % 256), 4, 'x'), UNHEX(HEX(seq)), REPEAT(CHAR(0), seq % 30),
              CONCAT('{"a": ', seq, '}'), CONCAT(LPAD(HEX(seq), 8, '0'), '-0000-4000-8000-00000000000a') FROM seq_1_to_25000
            """,
            "ANALYZE TABLE every");
        using (IDatabase database = from.Open()) database.ReadTable(new TableName(null, "every")).RowsEstimate.ShouldBeGreaterThan(20_000);
        MigrationReport report = from.MigrateTo(to, options => options with { ChunkRows = 7000 });
        report.Undone.ShouldBeEmpty();
        report.Rows.ShouldBe(25_000);
        from.ShouldEqual(to);
    }
}
