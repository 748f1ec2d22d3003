using Microsoft.Data.SqlClient;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.SqlServer;

namespace Orrery.Connectors.Tests.ChangeCapture.SqlServer;

/// <summary>What is sent to SQL Server, as text; a live server is asked only where ORRERY_TEST_SQLSERVER names one.</summary>
public sealed class ChangeTrackingTests
{
    readonly ChangeTrackingStatements statements = new("dbo", "T_SAL]ORDER", ["FID", "FSEQ"], ["FID", "FSEQ", "FNOTE"]);

    [Fact]
    public void Changes_are_joined_with_the_rows_as_they_stand() => statements.Changes(42).ShouldBe(
        "SELECT c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, c.[FID], c.[FSEQ], t.[FID], t.[FSEQ], t.[FNOTE] FROM CHANGETABLE(CHANGES [dbo].[T_SAL]]ORDER], 42) AS c"
        + " LEFT JOIN [dbo].[T_SAL]]ORDER] AS t ON t.[FID] = c.[FID] AND t.[FSEQ] = c.[FSEQ] ORDER BY c.SYS_CHANGE_VERSION");

    [Fact]
    public void Versions_are_asked_of_the_quoted_table() =>
        statements.Versions.ShouldBe("SELECT CHANGE_TRACKING_CURRENT_VERSION(), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID(N'[dbo].[T_SAL]]ORDER]'))");

    [Fact]
    public void A_chunk_goes_on_behind_the_last_key_column_by_column()
    {
        statements.Chunk(null, 100).ShouldBe("SELECT TOP (100) [FID], [FSEQ], [FNOTE] FROM [dbo].[T_SAL]]ORDER] ORDER BY [FID], [FSEQ]");
        statements.Chunk(["7", "N'x'"], 100).ShouldBe("SELECT TOP (100) [FID], [FSEQ], [FNOTE] FROM [dbo].[T_SAL]]ORDER] WHERE ([FID] > 7) OR ([FID] = 7 AND [FSEQ] > N'x') ORDER BY [FID], [FSEQ]");
    }

    [Theory]
    [InlineData(null, 10L, 0L, ChangeTrackingStep.Reload, 10L)]
    [InlineData(5L, 10L, 6L, ChangeTrackingStep.Reload, 10L)]
    [InlineData(5L, 10L, 5L, ChangeTrackingStep.ReadChanges, 5L)]
    [InlineData(0L, 10L, 0L, ChangeTrackingStep.ReadChanges, 0L)]
    [InlineData(10L, 10L, 0L, ChangeTrackingStep.Wait, 10L)]
    public void A_version_that_was_cleaned_up_means_reading_all_rows_again(long? last, long current, long leastValid, ChangeTrackingStep step, long since) =>
        ChangeTrackingPlan.Next(last, current, leastValid).ShouldBe(new ChangeTrackingPlan(step, since, current));

    [Fact]
    public void What_is_not_tracked_and_a_database_that_went_back_are_said()
    {
        Should.Throw<ChangeSourceException>(() => ChangeTrackingPlan.Next(1, null, 1)).Fault.ShouldBe(ChangeSourceFault.Settings);
        Should.Throw<ChangeSourceException>(() => ChangeTrackingPlan.Next(1, 1, null)).Fault.ShouldBe(ChangeSourceFault.Settings);
        Should.Throw<ChangeSourceException>(() => ChangeTrackingPlan.Next(9, 8, 1)).Fault.ShouldBe(ChangeSourceFault.PositionLost);
    }

    [Fact]
    public async Task A_live_server_takes_the_statements()
    {
        string? connectionString = Environment.GetEnvironmentVariable("ORRERY_TEST_SQLSERVER");
        Assert.SkipWhen(string.IsNullOrEmpty(connectionString), "ORRERY_TEST_SQLSERVER names no SQL Server.");
        await using var connection = new SqlConnection(connectionString);
        await connection.OpenAsync();
        const string database = "orrery_tracking";
        var live = new ChangeTrackingStatements("dbo", "t", ["id"], ["id", "v"]);
        await Run($"IF DB_ID('{database}') IS NOT NULL DROP DATABASE {database}; CREATE DATABASE {database}");
        await Run($"USE {database}; CREATE TABLE t (id int PRIMARY KEY, v nvarchar(20)); INSERT INTO t VALUES (1, N'a'), (2, N'b')");
        await Run(live.Enable(database, 2));
        long begin = (long)(await Scalar(live.Versions))!;
        await Run("UPDATE t SET v = N'c' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (3, N'd')");
        await Run(ChangeTrackingStatements.Begin);
        var operations = new List<string>();
        await using (var command = new SqlCommand(live.Changes(begin), connection))
        await using (SqlDataReader reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync()) operations.Add($"{reader.GetString(1).Trim()}{reader.GetInt32(2)}");
        await Run(ChangeTrackingStatements.Commit);
        operations.ShouldBe(["U1", "D2", "I3"]);

        async Task Run(string statement)
        {
            await using var command = new SqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }

        async Task<object?> Scalar(string statement)
        {
            await using var command = new SqlCommand(statement, connection);
            return await command.ExecuteScalarAsync();
        }
    }
}
