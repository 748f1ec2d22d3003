using System.Globalization;
using Microsoft.Data.SqlClient;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.SqlServer;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Connectors.SqlServer;
using Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

namespace Orrery.Connectors.Tests.ChangeCapture.SqlServer;

/// <summary>What is sent to SQL Server, as text; a live server is asked only where ORRERY_TEST_SQLSERVER names one.</summary>
public sealed class ChangeTrackingTests
{
    static readonly TableDefinition Table = new(
        new TableName("dbo", "T_SAL]ORDER"),
        [Column("FID", ColumnKind.Int32, "int"), Column("FSEQ", ColumnKind.Text, "nchar(4)"), Column("FNOTE", ColumnKind.Text, "nvarchar(20)")]) { Key = ["FID", "FSEQ"] };

    readonly ChangeTrackingStatements statements = new(new SqlServerDialect(), Table);

    static ColumnDefinition Column(string name, ColumnKind kind, string native) => new(name, new ColumnType(kind), native, false);

    static byte[] Key(int id, string sequence)
    {
        var writer = new RowWriter();
        RowValues.WriteRow(writer, RowKeys.SchemaOf(Table.ToSchema("shop")), [id, sequence]);
        return writer.Written.ToArray();
    }

    [Fact]
    public void Changes_are_joined_with_the_rows_as_they_stand() => statements.Changes(new TrackingRange(42, null, 50), 100).ShouldBe(
        "SELECT TOP (100) c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, c.[FID], RTRIM(c.[FSEQ]), CASE WHEN t.[FID] IS NULL THEN 0 ELSE 1 END, t.[FID], RTRIM(t.[FSEQ]), t.[FNOTE]"
        + " FROM CHANGETABLE(CHANGES [dbo].[T_SAL]]ORDER], 42) AS c LEFT JOIN [dbo].[T_SAL]]ORDER] AS t ON t.[FID] = c.[FID] AND t.[FSEQ] = c.[FSEQ]"
        + " WHERE c.SYS_CHANGE_VERSION <= 50 ORDER BY c.SYS_CHANGE_VERSION, c.[FID], c.[FSEQ]");

    [Fact]
    public void Changes_go_on_within_a_version_behind_a_key() => statements.Changes(new TrackingRange(42, Key(7, "x"), 50), 100).ShouldContain(
        " WHERE c.SYS_CHANGE_VERSION <= 50 AND (c.SYS_CHANGE_VERSION > 43 OR (c.[FID] > 7) OR (c.[FID] = 7 AND c.[FSEQ] > CONVERT(nvarchar(4000), 0x7800))) ORDER BY");

    [Fact]
    public void A_chunk_goes_on_behind_the_last_key_column_by_column()
    {
        statements.Chunk(null, 100).ShouldBe("SELECT TOP (100) [FID], RTRIM([FSEQ]), [FNOTE] FROM [dbo].[T_SAL]]ORDER] WHERE 1=1 ORDER BY [FID], [FSEQ]");
        statements.Chunk(Key(7, "x"), 100).ShouldBe(
            "SELECT TOP (100) [FID], RTRIM([FSEQ]), [FNOTE] FROM [dbo].[T_SAL]]ORDER] WHERE [FID] >= 7 AND ([FID] > 7 OR ([FID] = 7 AND ([FSEQ] > CONVERT(nvarchar(4000), 0x7800)))) ORDER BY [FID], [FSEQ]");
    }

    [Fact]
    public async Task A_live_server_is_captured_from_its_rows_to_its_changes()
    {
        string? connectionString = Environment.GetEnvironmentVariable("ORRERY_TEST_SQLSERVER");
        Assert.SkipWhen(string.IsNullOrEmpty(connectionString), "ORRERY_TEST_SQLSERVER names no SQL Server.");
        const string database = "orrery_tracking";
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await Run($"IF DB_ID('{database}') IS NOT NULL DROP DATABASE {database}; CREATE DATABASE {database}");
        await Run($"USE {database}; CREATE TABLE t (id int, code char(6), v nvarchar(20), d decimal(20,4), CONSTRAINT k PRIMARY KEY (id, code))");
        for (int row = 0; row < 25; row++) await Run(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO t VALUES ({row % 7}, 'c{row}', N'字{row}', {row}.25)"));
        var definition = new TableDefinition(new TableName("dbo", "t"), [Column("id", ColumnKind.Int32, "int")]) { Key = ["id"] };
        await Run(new ChangeTrackingStatements(new SqlServerDialect(), definition).Enable(database, 2));
        var options = new SqlServerCaptureOptions
        {
            ConnectionString = new SqlConnectionStringBuilder(connectionString) { InitialCatalog = database }.ConnectionString, Tables = ["dbo.t"], BatchRows = 4, PollInterval = TimeSpan.FromMilliseconds(50),
        };
        var fold = new Fold();
        string checkpoint = "";
        await ReadToEnd();
        fold["dbo.t"].Count.ShouldBe(25);
        await Run("UPDATE t SET v = N'new' WHERE id < 3; DELETE FROM t WHERE id = 4; INSERT INTO t VALUES (99, 'z', NULL, NULL); UPDATE t SET id = 50 WHERE id = 5");
        await ReadToEnd();
        await ShouldBeEqual();
        await Run("TRUNCATE TABLE t; INSERT INTO t VALUES (1, 'only', N'x', 1)");
        await ReadToEnd();
        await ShouldBeEqual();

        async Task ReadToEnd()
        {
            await using var source = new SqlServerSource(options, checkpoint, TimeProvider.System, TestMeters.Capture());
            var batch = new ChangeBatch();
            do
            {
                await source.ReadAsync(batch, TestContext.Current.CancellationToken);
                fold.Apply(batch);
                checkpoint = batch.Checkpoint;
            }
            while (batch.Count > 0);
        }

        async Task ShouldBeEqual()
        {
            var rows = new List<string>();
            await using var command = new SqlCommand("SELECT id, RTRIM(code), v FROM t", connection);
            await using SqlDataReader reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt32(0)} {reader.GetString(1)} {reader.GetValue(2)}"));
            fold["dbo.t"].Values.Select(static row => $"{row["id"]} {row["code"]} {row["v"].Replace("(null)", "", StringComparison.Ordinal)}").Order().ShouldBe(rows.Order());
        }

        async Task Run(string statement)
        {
            await using var command = new SqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }
}
