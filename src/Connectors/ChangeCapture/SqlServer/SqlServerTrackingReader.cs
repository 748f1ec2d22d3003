using System.Data;
using System.Data.Common;
using Microsoft.Data.SqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Connectors.SqlServer;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>Asks a SQL Server, by statements without parameters. Not verified against a live server here.</summary>
sealed class SqlServerTrackingReader(SqlServerCaptureOptions options) : ITrackingReader
{
    /// <summary>Bytes of one answer, beyond which it ends with the row that reaches them.</summary>
    const int AnswerBytes = 16 << 20;

    // Errors of the server that pass: a table altered since the snapshot began, a wait for a lock given up, a deadlock, an update conflict, a shutdown or a start-up.
    static readonly int[] Passing = [3961, 1222, 1205, 3960, 6005, 40613, 921, 922, 40197, 40501, 49918, 10928, 10929];

    static readonly SqlServerDialect Dialect = new();

    readonly Dictionary<string, Known> known = [];
    SqlServerDatabase? database;
    DatabaseTransaction? transaction;

    public Task<TrackingMoment> BeginAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        // Opening and the catalogue have the driver's blocking calls; both have bounds of their own.
        database ??= await Task.Run(() => new SqlServerDatabase(Dialect, options.ConnectionString, options.StatementPatience, options.StatementPatience), cancellationToken);
        transaction = database.Begin(IsolationLevel.Snapshot);
        (long? version, long milliseconds) = (await RowsAsync(ChangeTrackingStatements.Version, static reader =>
            (reader.IsDBNull(0) ? (long?)null : reader.GetInt64(0), new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc)).ToUnixTimeMilliseconds()), cancellationToken))[0];
        var wanted = tables.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var listed = await RowsAsync(ChangeTrackingStatements.Tables, static reader => (
            Name: new TableName(reader.GetString(0), reader.GetString(1)), Id: reader.GetInt32(2), Begin: reader.IsDBNull(3) ? 0 : reader.GetInt64(3), Least: reader.IsDBNull(4) ? (long?)null : reader.GetInt64(4), Altered: reader.GetDateTime(5)), cancellationToken);
        var tracked = new List<TrackedTable>();
        foreach (var table in listed)
            if (wanted.Contains(table.Name.ToString()))
                tracked.Add(new TrackedTable(table.Name.ToString(), table.Id, table.Begin, table.Least, Describe(table.Name, table.Id, table.Altered).Schema));
        return new TrackingMoment(version, milliseconds, tracked);
    });

    public Task<TrackedRows> ChangesAsync(TrackedTable table, TrackingRange range, int rows, CancellationToken cancellationToken)
    {
        Known described = known[table.Name];
        return ReadAsync(table, described.Statements.Changes(range, rows), rows, isChange: true, cancellationToken);
    }

    public Task<TrackedRows> ChunkAsync(TrackedTable table, byte[]? after, int rows, CancellationToken cancellationToken) =>
        ReadAsync(table, known[table.Name].Statements.Chunk(after, rows), rows, isChange: false, cancellationToken);

    public Task EndAsync(CancellationToken cancellationToken) => AskAsync(() =>
    {
        transaction!.Commit();
        transaction.Dispose();
        transaction = null;
        return Task.FromResult(true);
    });

    public Task CloseAsync()
    {
        try
        {
            transaction?.Dispose();
            database?.Dispose();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or IOException)
        {
            // It was lost already.
        }

        (transaction, database) = (null, null);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    Task<TrackedRows> ReadAsync(TrackedTable table, string statement, int rowsMax, bool isChange, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        TableDefinition definition = known[table.Name].Definition;
        ColumnDefinition[] keys = [.. definition.Key.Select(definition.Column)];
        var answer = new TrackedRows();
        using SqlCommand command = Command(statement);
        using SqlDataReader reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            Add(answer, reader, definition, keys, isChange, table.Schema);
            if (answer.Rows.Count < rowsMax && answer.Bytes.Position < AnswerBytes) continue;
            // What is left of it is read and dropped when the reader is disposed: to cancel it would roll the transaction back.
            answer.HasMore = true;
            break;
        }

        return answer;
    });

    static void Add(TrackedRows answer, SqlDataReader reader, TableDefinition definition, ColumnDefinition[] keys, bool isChange, TableSchema schema)
    {
        int index = 0;
        long version = 0;
        bool isInsert = false, stands = true;
        int keyStart = answer.Bytes.Position, keyLength = 0;
        if (isChange)
        {
            version = reader.GetInt64(index++);
            isInsert = reader.GetString(index++).StartsWith('I');
            answer.Bytes.BeginRow(keys.Length);
            foreach (ColumnDefinition key in keys) SqlServerDatabase.ReadValue(reader, answer.Bytes, index++, key);
            answer.Bytes.EndRow();
            keyLength = answer.Bytes.Position - keyStart;
            stands = reader.GetInt32(index++) == 1;
        }

        int rowStart = answer.Bytes.Position, rowLength = 0;
        if (stands)
        {
            answer.Bytes.BeginRow(definition.Columns.Count);
            foreach (ColumnDefinition column in definition.Columns) SqlServerDatabase.ReadValue(reader, answer.Bytes, index++, column);
            answer.Bytes.EndRow();
            rowLength = answer.Bytes.Position - rowStart;
        }

        if (!isChange)
        {
            keyStart = answer.Bytes.Position;
            ChangeWriter.WriteKey(answer.Bytes, schema, answer.Bytes.Written.Slice(rowStart, rowLength).ToArray());
            keyLength = answer.Bytes.Position - keyStart;
        }

        answer.Rows.Add(new TrackedRow(version, isInsert, keyStart, keyLength, rowStart, rowLength));
    }

    /// <summary>A table's definition, read again where it was altered.</summary>
    Known Describe(TableName name, int id, DateTime altered)
    {
        if (known.TryGetValue(name.ToString(), out Known? described) && described.Id == id && described.Altered == altered) return described;
        TableDefinition definition;
        try
        {
            definition = database!.ReadTable(name);
        }
        catch (NativeTypeException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Schema, $"Table {name} cannot be captured: {error.Message}", error);
        }

        if (definition.Key.Count == 0) throw new ChangeSourceException(ChangeSourceFault.Settings, $"Table {name} has no primary key.");
        var schema = new TableSchema(database.Name, name.ToString(), [.. definition.Columns.Select(column => column.ToColumn())], [.. definition.Key.Select(definition.IndexOf)]);
        return known[name.ToString()] = new Known(id, altered, definition, schema, new ChangeTrackingStatements(Dialect, definition));
    }

    async Task<List<T>> RowsAsync<T>(string statement, Func<SqlDataReader, T> read, CancellationToken cancellationToken)
    {
        using SqlCommand command = Command(statement);
        using SqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    SqlCommand Command(string statement) => new(statement, (SqlConnection)database!.Connection, (SqlTransaction)transaction!.Inner) { CommandTimeout = (int)options.StatementPatience.TotalSeconds };

    static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (SqlException error) when (IsPassing(error))
        {
            throw new TrackingInterruptedException($"{error.Message} ({error.Number})", error);
        }
        catch (SqlException error)
        {
            throw new ChangeSourceException(FaultOf(error), $"SQL Server refused what the capture asked for: {error.Message} ({error.Number}){Advice(error)}", error);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException and not ObjectDisposedException)
        {
            throw new TrackingInterruptedException(error.Message, error);
        }
        catch (ArgumentException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Settings, error.Message, error);
        }
        catch (ValueRangeException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Value, error.Message, error);
        }
    }

    /// <summary>A class of 20 and more ends the connection; a number that is not above 0 is the network's or the time-out's.</summary>
    static bool IsPassing(SqlException error) => error.Class >= 20 || error.Number <= 0 || Passing.Contains(error.Number);

    static ChangeSourceFault FaultOf(SqlException error) => error.Number switch
    {
        18456 or 18452 or 4060 or 18486 => ChangeSourceFault.Unreachable,
        _ => ChangeSourceFault.Settings,
    };

    static string Advice(SqlException error) => error.Number switch
    {
        3952 => ". ALTER DATABASE ... SET ALLOW_SNAPSHOT_ISOLATION ON.",
        229 => ". GRANT SELECT and VIEW CHANGE TRACKING on the table to the capture's user.",
        _ => ".",
    };

    sealed record Known(int Id, DateTime Altered, TableDefinition Definition, TableSchema Schema, ChangeTrackingStatements Statements);
}
