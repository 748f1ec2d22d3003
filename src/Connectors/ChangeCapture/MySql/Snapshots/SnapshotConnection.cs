using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;

namespace Orrery.Connectors.ChangeCapture.MySql.Snapshots;

/// <summary>
/// A connection that reads chunks, each in a snapshot of its own at an exact position of the log. MariaDB gives the position with the snapshot. MySQL does not: there
/// all tables are locked for the moment of three short statements, while no commit is under way.
/// </summary>
internal sealed class SnapshotConnection : IAsyncDisposable
{
    readonly ServerConnection connection;
    readonly bool locks;
    uint statement;
    bool reading;

    SnapshotConnection(ServerConnection connection, bool locks)
    {
        this.connection = connection;
        this.locks = locks;
    }

    public static async ValueTask<SnapshotConnection> OpenAsync(ServerConnection connection, bool locks, CancellationToken cancellationToken)
    {
        await connection.QueryAsync("SET SESSION time_zone='+00:00', SESSION sql_mode='', SESSION TRANSACTION_ISOLATION='REPEATABLE-READ'".Replace("SESSION TRANSACTION_ISOLATION", connection.IsMariaDb ? "SESSION tx_isolation" : "SESSION transaction_isolation", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
        return new SnapshotConnection(connection, locks || !connection.IsMariaDb);
    }

    /// <summary>Opens a snapshot. Answers the position whose commits it shows, and no later ones.</summary>
    public async ValueTask<BinlogPosition> BeginAsync(CancellationToken cancellationToken)
    {
        if (!locks)
        {
            await connection.QueryAsync("START TRANSACTION WITH CONSISTENT SNAPSHOT", cancellationToken).ConfigureAwait(false);
            var status = await connection.QueryAsync("SHOW STATUS LIKE 'binlog_snapshot_%'", cancellationToken).ConfigureAwait(false);
            string? Value(string name) => status.FirstOrDefault(row => string.Equals(row[0], name, StringComparison.OrdinalIgnoreCase))?[1];
            if (Value("binlog_snapshot_file") is { Length: > 0 } file && Value("binlog_snapshot_position") is { } offset)
                return new BinlogPosition(file, long.Parse(offset, CultureInfo.InvariantCulture));
            throw new ChangeSourceException(ChangeSourceFault.Settings, "The server gives no position with its snapshot (binlog_snapshot_position): it has to be MariaDB 5.3 or later with its binary log on.");
        }

        await connection.QueryAsync("FLUSH TABLES WITH READ LOCK", cancellationToken).ConfigureAwait(false);
        await connection.QueryAsync("START TRANSACTION WITH CONSISTENT SNAPSHOT", cancellationToken).ConfigureAwait(false);
        var position = await ServerSettings.PositionAsync(connection, cancellationToken).ConfigureAwait(false);
        await connection.QueryAsync("UNLOCK TABLES", cancellationToken).ConfigureAwait(false);
        return position;
    }

    /// <summary>
    /// A table's definition, as it stays while the snapshot is open: a row is touched first, so that nobody can change it. Null where the table is gone or its
    /// definition is younger than the snapshot.
    /// </summary>
    public async ValueTask<MySqlTable?> DefinitionAsync(MySqlTable table, CancellationToken cancellationToken)
    {
        try
        {
            await connection.QueryAsync($"SELECT 1 FROM {KeyRange.Name(table)} LIMIT 1", cancellationToken).ConfigureAwait(false);
        }
        catch (MySqlServerException error) when (error.Code is 1146 or 1049 or 1412)
        {
            return null;
        }

        return (await DefinitionReader.ReadAsync(connection, (_, _) => true, (table.Database, table.Name), cancellationToken).ConfigureAwait(false)).FirstOrDefault();
    }

    /// <summary>Begins to read rows.</summary>
    public async ValueTask SelectAsync(string select, CancellationToken cancellationToken)
    {
        await connection.SendAsync(Command.Prepare, Encoding.UTF8.GetBytes(select), cancellationToken).ConfigureAwait(false);
        var answer = await connection.Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (ServerConnection.IsError(answer.Span)) throw MySqlServerException.Read(answer.Span, "the reading of a chunk");
        if (answer.Length < 12) throw new EventFormatException($"A packet of {answer.Length} bytes answers the preparation of a chunk.");
        statement = BinaryPrimitives.ReadUInt32LittleEndian(answer.Span[1..]);
        int columns = BinaryPrimitives.ReadUInt16LittleEndian(answer.Span[5..]);
        if (columns > 0) await connection.SkipColumnsAsync(columns, cancellationToken).ConfigureAwait(false);
        var request = new byte[9];
        BinaryPrimitives.WriteUInt32LittleEndian(request, statement);
        request[5] = 1;
        await connection.SendAsync(Command.Execute, request, cancellationToken).ConfigureAwait(false);
        answer = await connection.Channel.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (ServerConnection.IsError(answer.Span)) throw MySqlServerException.Read(answer.Span, "the reading of a chunk");
        await connection.SkipColumnsAsync(columns, cancellationToken).ConfigureAwait(false);
        reading = true;
    }

    /// <summary>A row that has come.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> packet)
    {
        if (!reading || !connection.Channel.TryRead(out packet))
        {
            packet = default;
            return false;
        }

        if (ServerConnection.IsError(packet.Span)) throw MySqlServerException.Read(packet.Span, "the reading of a chunk");
        if (!ServerConnection.IsEnd(packet.Span)) return true;
        reading = false;
        return false;
    }

    /// <summary>Whether all rows have been read.</summary>
    public bool IsDone => !reading;

    public ValueTask WaitAsync(CancellationToken cancellationToken) => connection.Channel.FillAsync(cancellationToken);

    /// <summary>Lets the snapshot go. All rows have been read.</summary>
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (statement != 0)
        {
            var request = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(request, statement);
            await connection.SendAsync(Command.CloseStatement, request, cancellationToken).ConfigureAwait(false);
            statement = 0;
        }

        await connection.QueryAsync("ROLLBACK", cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
