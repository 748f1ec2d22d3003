using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Snapshots;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>
/// Reads rows over a connection of its own that speaks the protocol itself: a prepared statement's binary rows are written straight from the packets, without an object for a row or a value. Where the
/// sign-in is one that only the driver knows, the driver reads. A reading that is not taken to its end closes the connection. For one thread at a time; its calls block.
/// </summary>
sealed class MySqlBulkReader(string connectionString) : IDisposable
{
    const int PacketBytesMax = 1 << 30;

    /// <summary>How long a server may think before the first row.</summary>
    static readonly TimeSpan SilenceMax = TimeSpan.FromHours(1);

    ServerConnection? connection;
    SnapshotConnection? reading;
    bool isOff;

    /// <summary>Opens the connection where it is not open.</summary>
    public bool TryOpen(string database)
    {
        if (reading is not null || isOff) return !isOff;
        try
        {
            connection = Wait(ServerConnection.OpenAsync(MySqlEndpoint.Parse(connectionString), TimeProvider.System, PacketBytesMax, CancellationToken.None));
            connection.Channel.Silence = SilenceMax;
            Wait(connection.QueryAsync($"USE {new MySqlDialect().Quote(database)}", CancellationToken.None));
            Wait(connection.QueryAsync("SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION net_write_timeout = 600", CancellationToken.None));
            reading = Wait(SnapshotConnection.OpenAsync(connection, locks: false, CancellationToken.None));
            return true;
        }
        catch (Exception error) when (error is ChangeSourceException or MySqlServerException or EventFormatException)
        {
            // The driver, which is signed in already, tells what there is to tell.
            isOff = true;
            Close();
            return false;
        }
    }

    public IEnumerable<RowBatch> Read(string select, TableSchema schema, ReadOptions options, CancellationToken cancellationToken)
    {
        var decoder = new SnapshotDecoder(schema);
        SnapshotConnection from = reading!;
        bool ended = false;
        try
        {
            Begin(from, select, schema);
            var batch = new RowBatch(schema);
            while (true)
            {
                if (Next(from, schema, out ReadOnlyMemory<byte> packet))
                {
                    Decode(decoder, packet.Span, batch);
                    if (batch.Count < options.BatchRowsLimit && batch.Bytes < options.BatchBytesLimit) continue;
                    yield return batch;
                    cancellationToken.ThrowIfCancellationRequested();
                    batch.RowsBefore += batch.Count;
                    batch.Clear();
                }
                else if (from.IsDone)
                {
                    break;
                }
                else
                {
                    Wait(from.WaitAsync(cancellationToken));
                }
            }

            ended = true;
            Wait(from.EndAsync(CancellationToken.None));
            if (batch.Count > 0) yield return batch;
        }
        finally
        {
            if (!ended) Close();
        }
    }

    public void Dispose() => Close();

    static void Begin(SnapshotConnection from, string select, TableSchema schema)
    {
        try
        {
            Wait(from.SelectAsync(select, CancellationToken.None));
        }
        catch (MySqlServerException error)
        {
            throw Refused(schema, error);
        }
    }

    static bool Next(SnapshotConnection from, TableSchema schema, out ReadOnlyMemory<byte> packet)
    {
        try
        {
            return from.TryRead(out packet);
        }
        catch (MySqlServerException error)
        {
            throw Refused(schema, error);
        }
    }

    /// <summary>Without a cause where the server broke off (it goes, or somebody killed the connection or its statement): as a connection that breaks has none.</summary>
    static IOException Refused(TableSchema schema, MySqlServerException error) => new($"The server does not give the rows of {schema}: {error.Message}", error.Code is 1053 or 1152 or 1317 or 1927 or 3024 ? null : error);

    static void Decode(SnapshotDecoder decoder, ReadOnlySpan<byte> packet, RowBatch batch)
    {
        int column = 0;
        try
        {
            decoder.Read(packet, batch.Writer, out column);
        }
        catch (ValueRangeException error)
        {
            throw new ValueRangeException($"Table {batch.Schema}, row {batch.RowsBefore + batch.Count + 1} of those read, column '{batch.Schema.Columns[column].Name}': {error.Message}. Correct it at its source, or leave the column out.");
        }

        batch.Add();
    }

    void Close()
    {
        if (connection is not null) Wait(connection.DisposeAsync());
        (connection, reading) = (null, null);
    }

    static void Wait(ValueTask task)
    {
        if (task.IsCompleted) task.GetAwaiter().GetResult();
        else task.AsTask().GetAwaiter().GetResult();
    }

    static T Wait<T>(ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
}
