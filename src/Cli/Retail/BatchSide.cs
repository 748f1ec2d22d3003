using System.Data.Common;
using System.Globalization;
using MySql.Data.MySqlClient;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;

namespace Orrery.Cli.Retail;

/// <summary>
/// The pipelines' queries as a batch in MariaDB, over its own tables, all in one transaction with one consistent picture of them. The source tables are named by views of a database that is dropped afterwards; each view
/// of the pipelines becomes a temporary table.
/// </summary>
sealed class BatchSide : IAsyncDisposable
{
    const string Scratch = "orrery_verify";
    readonly MySqlConnection connection;

    BatchSide(MySqlConnection connection) => this.connection = connection;

    public static async Task<BatchSide> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        var side = new BatchSide(new MySqlConnection(connectionString));
        await side.connection.OpenAsync(cancellationToken);
        await side.RunAsync("SET NAMES utf8mb4; SET SESSION sql_mode = 'PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES'; SET SESSION join_cache_level = 8; SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", cancellationToken);
        await side.RunAsync($"DROP DATABASE IF EXISTS {Scratch}; CREATE DATABASE {Scratch} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin; USE {Scratch}", cancellationToken);
        foreach (RetailTable table in RetailPipelines.SourcesRead)
            await side.RunAsync($"CREATE VIEW ods_{table.Name} AS SELECT * FROM {table.FullName}", cancellationToken);
        return side;
    }

    /// <summary>Runs all queries over the tables as they stand now.</summary>
    public async Task ComputeAsync(IEnumerable<PipelineStatement> views, CancellationToken cancellationToken)
    {
        await RunAsync("ROLLBACK; START TRANSACTION WITH CONSISTENT SNAPSHOT", cancellationToken);
        foreach (PipelineStatement view in views)
            await RunAsync($"DROP TEMPORARY TABLE IF EXISTS {view.Name}; CREATE TEMPORARY TABLE {view.Name} AS {view.Query}", cancellationToken);
    }

    /// <summary>A result's rows as texts.</summary>
    public async Task<(List<string> Rows, int Columns)> RowsAsync(string view, CancellationToken cancellationToken)
    {
        var rows = new List<string>();
        await using var command = new MySqlCommand($"SELECT * FROM {view}", connection);
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : Text(reader, column))));
        rows.Sort(StringComparer.Ordinal);
        return (rows, reader.FieldCount);
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync($"ROLLBACK; DROP DATABASE IF EXISTS {Scratch}", CancellationToken.None);
        await connection.DisposeAsync();
    }

    static string Text(DbDataReader reader, int column) => reader.GetValue(column) switch
    {
        DateTime time when reader.GetDataTypeName(column).Equals("DATE", StringComparison.OrdinalIgnoreCase) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        decimal number => VerifiedRows.Plain(number),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    async Task RunAsync(string text, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(text, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
