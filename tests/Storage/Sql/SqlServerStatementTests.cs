using Orrery.Storage.Sql;
using Orrery.Storage.SqlServer;

namespace Orrery.Storage.Tests.Sql;

/// <summary>What is sent to SQL Server, as text: no live server runs with these tests unless ORRERY_TEST_SQLSERVER names one.</summary>
public sealed class SqlServerStatementTests
{
    static readonly SqlTable Table = new("orrery_some", 2, new("id", SqlType.Id), new("number", SqlType.Long), new("name", SqlType.ShortText, true), new("data", SqlType.Blob, true));

    [Fact]
    public void Rows_are_inserted_with_values_that_cannot_end_their_literals() =>
        Run((dialect, session) => dialect.Insert(session, Rows("'; DROP TABLE x; --"))).ShouldBe(
        [
            "INSERT INTO orrery_some (id, number, name, data) VALUES (0x0A0B, 7, CONVERT(nvarchar(4000), 0x27003B002000440052004F00500020005400410042004C004500200078003B0020002D002D00), CONVERT(varbinary(max), NULL))",
        ]);

    [Fact]
    public void Rows_are_updated_by_key_in_one_statement() =>
        Run((dialect, session) => dialect.Update(session, Rows("a"), "name", "data")).ShouldBe(
        [
            "UPDATE t SET t.name = v.name, t.data = v.data FROM orrery_some t JOIN (VALUES (0x0A0B, 7, CONVERT(nvarchar(4000), 0x6100), CONVERT(varbinary(max), NULL))) v (id, number, name, data) ON t.id = v.id AND t.number = v.number",
        ]);

    [Fact]
    public void Rows_are_replaced_or_inserted_under_a_lock_on_their_range() =>
        Run((dialect, session) => dialect.Upsert(session, Rows(null))).ShouldBe(
        [
            "MERGE orrery_some WITH (HOLDLOCK) t USING (VALUES (0x0A0B, 7, CONVERT(nvarchar(200), NULL), CONVERT(varbinary(max), NULL))) v (id, number, name, data) ON t.id = v.id AND t.number = v.number "
                + "WHEN MATCHED THEN UPDATE SET t.name = v.name, t.data = v.data WHEN NOT MATCHED THEN INSERT (id, number, name, data) VALUES (v.id, v.number, v.name, v.data);",
        ]);

    [Fact]
    public void Rows_are_deleted_by_key() =>
        Run((dialect, session) => dialect.Delete(session, Table, [[new byte[] { 1 }, 2L], [new byte[] { 3 }, 4L]])).ShouldBe(
            ["DELETE t FROM orrery_some t JOIN (VALUES (0x01, 2),\n(0x03, 4)) v (id, number) ON t.id = v.id AND t.number = v.number"]);

    [Fact]
    public void More_rows_than_a_statement_may_hold_are_sent_in_pieces()
    {
        var rows = new SqlRows(Table);
        for (var row = 0; row < 2500; row++) rows.Add(new byte[] { 1 }, (long)row, null, null);
        Run((dialect, session) => dialect.Insert(session, rows)).Count.ShouldBe(3);
    }

    [Fact]
    public void Rows_are_locked_when_they_are_read_to_be_changed() =>
        Run((dialect, session) => session.Query(
            $"SELECT {dialect.LimitHead(5)} id FROM orrery_some {dialect.LockHint} WHERE number {SqlList.Of([1L, 2L])} AND id {SqlList.Of([new byte[] { 9 }])} AND name = {"x"} {dialect.LimitTail(5)}{dialect.LockSuffix}", _ => 0)).ShouldBe(
            ["SELECT TOP (5) id FROM orrery_some WITH (UPDLOCK, ROWLOCK) WHERE number IN (1, 2) AND id IN (0x09) AND name = CONVERT(nvarchar(4000), 0x7800) "]);

    [Fact]
    public void Tables_and_indexes_are_made_where_they_are_missing()
    {
        var dialect = new SqlServerDialect();
        dialect.CreateTable(Table).ShouldBe(
            "IF OBJECT_ID(N'orrery_some', N'U') IS NULL CREATE TABLE orrery_some (id binary(20) NOT NULL, number bigint NOT NULL, name nvarchar(200) COLLATE Latin1_General_100_BIN2 NULL, data varbinary(max) NULL, PRIMARY KEY (id, number))");
        dialect.CreateIndex(Table, "number", "id").ShouldBe(
            "IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE name = N'orrery_some_by_number_id' AND object_id = OBJECT_ID(N'orrery_some')) CREATE INDEX orrery_some_by_number_id ON orrery_some (number, id)");
    }

    [Fact]
    public void The_schema_is_changed_under_an_application_lock() =>
        Run((dialect, session) => Should.Throw<ArgumentOutOfRangeException>(() => dialect.TryLockSchema(session, 30))).ShouldBe(
            ["DECLARE @result int; EXEC @result = sp_getapplock @Resource = N'orrery_schema', @LockMode = N'Exclusive', @LockOwner = N'Transaction', @LockTimeout = 30000; SELECT CAST(@result AS bigint)"]);

    static SqlRows Rows(string? name)
    {
        var rows = new SqlRows(Table);
        rows.Add(new byte[] { 10, 11 }, 7L, name, null);
        return rows;
    }

    static List<string> Run(Action<SqlServerDialect, SqlSession> work)
    {
        var dialect = new SqlServerDialect();
        var connection = new RecordingConnection();
        using var session = new SqlSession(dialect, connection);
        work(dialect, session);
        return connection.Statements;
    }
}
