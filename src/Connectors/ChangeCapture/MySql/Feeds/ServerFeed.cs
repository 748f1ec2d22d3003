using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Feeds;

/// <summary>The events that a server sends to a replica, from a position or a GTID on. The server says that it lives when it has nothing else to say.</summary>
internal sealed class ServerFeed : IEventFeed
{
    const int FatalReading = 1236, UnknownVariable = 1193, Denied = 1227, DeniedForUser = 1045;
    const byte EventFollows = 0, EndOfData = 254;
    const int NonBlocking = 1, WithAnnotations = 2, SilentHeartbeats = 3, WriteTimeoutSeconds = 600;

    readonly ServerConnection connection;
    readonly string what;
    bool ended;

    ServerFeed(ServerConnection connection, string what)
    {
        this.connection = connection;
        this.what = what;
    }

    /// <summary>Whether events end with a checksum.</summary>
    public bool HasChecksum { get; private set; }

    /// <param name="connection">Owned from here on.</param>
    /// <param name="start">Where to begin; without a file, <paramref name="gtid"/> says.</param>
    /// <param name="gtid">A set of GTIDs that have been read: MariaDB's <c>0-1-100</c>, MySQL's <c>uuid:1-100</c>; null to begin at the position.</param>
    /// <param name="replicaId">The number under which the server knows this reader; unlike all servers' and replicas'.</param>
    /// <param name="heartbeat">How often the server says that it lives.</param>
    /// <param name="stopsAtEnd">Whether to end where the log ends now.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async ValueTask<ServerFeed> OpenAsync(ServerConnection connection, BinlogPosition start, string? gtid, uint replicaId, TimeSpan heartbeat, bool stopsAtEnd, CancellationToken cancellationToken)
    {
        var feed = new ServerFeed(connection, gtid is null ? $"position {start}" : $"GTID {gtid}");
        try
        {
            await feed.BeginAsync(start, gtid, replicaId, heartbeat, stopsAtEnd, cancellationToken).ConfigureAwait(false);
            return feed;
        }
        catch (MySqlServerException error)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw feed.Explain(error);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public bool TryRead(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (ended || !connection.Channel.TryRead(out var packet)) return false;
        var span = packet.Span;
        if (span.Length > 0 && span[0] == EventFollows)
        {
            bytes = packet[1..];
            return true;
        }

        if (ServerConnection.IsError(span)) throw Explain(MySqlServerException.Read(span, "the reading of its binary log"));
        if (span.Length is > 0 and < 9 && span[0] == EndOfData)
        {
            ended = true;
            return false;
        }

        throw new ChangeSourceException(ChangeSourceFault.Format, $"A packet of {span.Length} bytes{(span.Length > 0 ? $" that begins with {span[0]}" : "")} came instead of an event, from {what} on.");
    }

    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (ended) return false;
        await connection.Channel.FillAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    async ValueTask BeginAsync(BinlogPosition start, string? gtid, uint replicaId, TimeSpan heartbeat, bool stopsAtEnd, CancellationToken cancellationToken)
    {
        HasChecksum = await ChecksumAsync(cancellationToken).ConfigureAwait(false);
        await connection.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SET @master_heartbeat_period={heartbeat.Ticks * 100}, @source_heartbeat_period={heartbeat.Ticks * 100}"), cancellationToken).ConfigureAwait(false);
        // While a snapshot's rows are read, or the reader waits for its own output, nobody takes what the server sends: it must have patience.
        await connection.QueryAsync(string.Create(CultureInfo.InvariantCulture, $"SET SESSION net_write_timeout={WriteTimeoutSeconds}"), cancellationToken).ConfigureAwait(false);
        if (connection.IsMariaDb)
        {
            await connection.QueryAsync("SET @mariadb_slave_capability=4", cancellationToken).ConfigureAwait(false);
            if (gtid is not null) await connection.QueryAsync($"SET @slave_connect_state='{Checked(gtid)}', @slave_gtid_strict_mode=0, @slave_gtid_ignore_duplicates=0", cancellationToken).ConfigureAwait(false);
        }

        await RegisterAsync(replicaId, cancellationToken).ConfigureAwait(false);
        // A server without new events speaks once a heartbeat; three that fail to come are a lost connection.
        connection.Channel.Silence = heartbeat * SilentHeartbeats;
        if (gtid is not null && !connection.IsMariaDb)
        {
            await connection.SendAsync(Command.BinlogDumpGtid, GtidRequest(gtid, replicaId), cancellationToken).ConfigureAwait(false);
            return;
        }

        byte[] file = Encoding.UTF8.GetBytes(start.File);
        var request = new byte[10 + file.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(request, (uint)Math.Min(Math.Max(start.Offset, BinlogPosition.FirstOffset), uint.MaxValue));
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(4), (ushort)((stopsAtEnd ? NonBlocking : 0) | (connection.IsMariaDb ? WithAnnotations : 0)));
        BinaryPrimitives.WriteUInt32LittleEndian(request.AsSpan(6), replicaId);
        file.CopyTo(request, 10);
        await connection.SendAsync(Command.BinlogDump, request, cancellationToken).ConfigureAwait(false);
    }

    async ValueTask<bool> ChecksumAsync(CancellationToken cancellationToken)
    {
        try
        {
            await connection.QueryAsync("SET @master_binlog_checksum=@@global.binlog_checksum, @source_binlog_checksum=@@global.binlog_checksum", cancellationToken).ConfigureAwait(false);
            return await connection.ValueAsync("SELECT @master_binlog_checksum", cancellationToken).ConfigureAwait(false) == "CRC32";
        }
        catch (MySqlServerException error) when (error.Code == UnknownVariable)
        {
            return false; // A server from before checksums.
        }
    }

    async ValueTask RegisterAsync(uint replicaId, CancellationToken cancellationToken)
    {
        byte[] name = Encoding.UTF8.GetBytes("orrery");
        var request = new byte[4 + 1 + name.Length + 1 + 1 + 2 + 4 + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(request, replicaId);
        request[4] = (byte)name.Length;
        name.CopyTo(request, 5); // No user, password or port; rank and source are 0.
        await connection.SendAsync(Command.RegisterReplica, request, cancellationToken).ConfigureAwait(false);
        await connection.ExpectOkAsync("the registration as a replica", cancellationToken).ConfigureAwait(false);
    }

    static string Checked(string gtid)
    {
        foreach (char part in gtid)
            if (!char.IsAsciiHexDigit(part) && part is not ('-' or ',' or ':' or ' '))
                throw new FormatException($"'{gtid}' is no GTID.");
        return gtid;
    }

    /// <summary>MySQL's request: the sets of each server as intervals, ends excluded.</summary>
    internal static byte[] GtidRequest(string gtid, uint replicaId)
    {
        using var data = new MemoryStream();
        var writer = new BinaryWriter(data);
        string[] sets = Checked(gtid).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        writer.Write((long)sets.Length);
        foreach (string set in sets)
        {
            string[] parts = set.Split(':');
            writer.Write(Guid.Parse(parts[0]).ToByteArray(bigEndian: true));
            writer.Write((long)(parts.Length - 1));
            foreach (string interval in parts.Skip(1))
            {
                string[] ends = interval.Split('-');
                long first = long.Parse(ends[0], CultureInfo.InvariantCulture);
                writer.Write(first);
                writer.Write(ends.Length > 1 ? long.Parse(ends[1], CultureInfo.InvariantCulture) + 1 : first + 1);
            }
        }

        writer.Flush();
        using var request = new MemoryStream();
        var outer = new BinaryWriter(request);
        outer.Write((ushort)4); // by GTID, not by position
        outer.Write(replicaId);
        outer.Write(0);
        outer.Write(BinlogPosition.FirstOffset);
        outer.Write((int)data.Length);
        outer.Write(data.ToArray());
        outer.Flush();
        return request.ToArray();
    }

    ChangeSourceException Explain(MySqlServerException error)
    {
        if (error.Code is Denied or DeniedForUser or 1044)
            return new ChangeSourceException(ChangeSourceFault.Settings, $"The account may not read the binary log: {error.Text}. GRANT REPLICATION SLAVE ON *.* to it.", error);
        if (error.Code != FatalReading) return new ChangeSourceException(ChangeSourceFault.Unreachable, $"The server does not send its binary log from {what} on: {error.Message}", error);
        if (error.Text.Contains("same server", StringComparison.OrdinalIgnoreCase))
            return new ChangeSourceException(ChangeSourceFault.Settings, $"Another replica has the number of this one: {error.Text}. Give each reader its own ReplicaId.", error);
        if (error.Text.Contains("max_allowed_packet", StringComparison.OrdinalIgnoreCase))
            return new ChangeSourceException(ChangeSourceFault.Settings, $"An event from {what} on is larger than the server sends: {error.Text}. Raise max_allowed_packet at the server.", error);
        return new ChangeSourceException(
            ChangeSourceFault.PositionLost,
            $"The server does not keep {what} any more, or never had it: {error.Text}. Take a new snapshot, and let the server keep its binary logs longer (binlog_expire_logs_seconds, expire_logs_days) than a reader may be away.", error);
    }
}
