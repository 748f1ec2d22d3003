using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>
/// Events in, changes out: a pure state machine over the bytes of one log, from a server or from files.
/// <para>Data: the position, the file's format, the table maps of the statement, the definitions as of the position, the group (transaction) that is open.</para>
/// <para>Normal path: a group begins with a GTID or BEGIN; its table maps say how the row events behind them are stored; it ends with a commit. All that a log holds has
/// been committed, so rows are handed on as they come. A statement moves the definitions on.</para>
/// <para>Failure path: what is damaged, unknown, or cannot be carried is a <see cref="ChangeSourceException"/> that names the position. Reading begins anew at the start of the
/// group (<see cref="RestartPosition"/>), since the table maps stand there; what had been handed on (<see cref="SkipThrough"/>) is passed over.</para>
/// </summary>
internal sealed partial class BinlogDecoder
{
    const int TableMapsMax = 65_536, EventBytesMax = 1 << 30;

    readonly Dictionary<long, MappedTable> maps = [];
    readonly Func<string, string, bool> captures;
    readonly RowDecoder rows = new();
    readonly RowWriter before = new(), after = new();
    FormatDescription? format;
    readonly HashSet<RowPlan> groupTables = [];
    IReadOnlyList<SchemaChange>? undecided; // of a statement that waits for a definition
    long fileNumber, groupSeconds;
    bool groupOpen, groupHasRows, groupStatementsDoNotCount, standalone;

    public BinlogDecoder(SchemaHistory history, BinlogPosition start, Func<string, string, bool> captures)
    {
        History = history;
        this.captures = captures;
        Position = RestartPosition = start;
        fileNumber = start.File.Length == 0 ? 0 : start.FileNumber;
    }

    public SchemaHistory History { get; }

    /// <summary>Behind the last event.</summary>
    public BinlogPosition Position { get; private set; }

    /// <summary>Where reading can begin anew: at the start of the group that is open, or behind the last one.</summary>
    public BinlogPosition RestartPosition { get; private set; }

    /// <summary>Entries up to and including this sequence have been handed on before.</summary>
    public long SkipThrough { get; set; } = long.MinValue;

    /// <summary>Whether events end with a checksum while no file's format is known yet.</summary>
    public bool AssumesChecksum { get; set; }

    /// <summary>The table whose definition is wanted.</summary>
    public (string Database, string Name)? Wanted { get; private set; }

    /// <summary>Tables whose rows changed without events, newest last; the caller takes them out.</summary>
    public List<(string Database, string Name)> Rereads { get; } = [];

    /// <summary>When the last event arose, Unix seconds; 0 before the first.</summary>
    public long LastSeconds { get; private set; }

    /// <summary>When the server began the file, Unix seconds; 0 before it said so.</summary>
    public long FileSeconds { get; private set; }

    /// <summary>Whether the format of the file being read is known.</summary>
    public bool HasFormat => format is not null;

    public bool IsMariaDb { get; set; }

    /// <summary>The character set of tables whose own and whose database's is not known.</summary>
    public string DefaultCharset { get; set; } = "utf8mb4";

    /// <summary>The last group's GTID, MariaDB's as domain-server-number; null before the first.</summary>
    public string? Gtid { get; private set; }

    /// <summary>Forgets what belongs to a connection, before reading on from <see cref="RestartPosition"/>.</summary>
    public void Restart()
    {
        maps.Clear();
        format = null;
        undecided = null;
        CloseGroup();
        Position = RestartPosition;
        FileSeconds = 0;
        fileNumber = Position.File.Length == 0 ? 0 : Position.FileNumber;
        Wanted = null;
    }

    /// <summary>Takes an event in, whose bytes are whole.</summary>
    /// <exception cref="ChangeSourceException">It cannot be taken in.</exception>
    public DecodeResult Apply(ReadOnlySpan<byte> bytes, ChangeBatch batch)
    {
        var header = default(EventHeader);
        try
        {
            header = EventHeader.Read(bytes);
            if (header.Bytes != bytes.Length) throw new EventFormatException($"An event says {header.Bytes} bytes and has {bytes.Length}.");
            Wanted = null;
            return Apply(header, bytes, batch);
        }
        catch (Exception error) when (error is EventFormatException or FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or InvalidOperationException)
        {
            throw new ChangeSourceException(ChangeSourceFault.Format, $"Event {header.Type} behind {Position}: {error.Message}", error);
        }
    }

    DecodeResult Apply(in EventHeader header, ReadOnlySpan<byte> bytes, ChangeBatch batch)
    {
        if (header.Type == EventType.FormatDescription)
        {
            Describe(header, bytes);
            return DecodeResult.Done;
        }

        bool checks = format?.HasChecksum ?? AssumesChecksum;
        if (checks) FormatDescription.Check(bytes);
        var body = bytes[EventHeader.Length..(checks ? ^4 : ^0)];
        if (header.Type == EventType.Rotate)
        {
            Rotate(header, body, batch);
            return DecodeResult.Done;
        }

        if (header.Type is EventType.Heartbeat or EventType.HeartbeatV2) return DecodeResult.Done;
        // MariaDB repeats the GTID list for a connection that begins within a file: it is no part of the log.
        if (header.EndOffset == 0 && header.Type is EventType.MariaGtidList or EventType.PreviousGtids or EventType.MariaBinlogCheckpoint) return DecodeResult.Done;
        long end = EndOffset(header);
        var result = Body(header, body, end, batch);
        if (result != DecodeResult.Done) return result;
        Position = Position with { Offset = end };
        if (!groupOpen) RestartPosition = Position;
        if (header.Seconds > 0) LastSeconds = header.Seconds;
        return DecodeResult.Done;
    }

    DecodeResult Body(in EventHeader header, ReadOnlySpan<byte> body, long end, ChangeBatch batch)
    {
        switch (header.Type)
        {
            case EventType.MariaGtid:
                MariaGtid(header, body);
                break;
            case EventType.Gtid or EventType.AnonymousGtid or EventType.GtidTagged:
                OpenGroup(header.Seconds);
                if (header.Type == EventType.Gtid) Gtid = MySqlGtid(body);
                break;
            case EventType.Query or EventType.MariaQueryCompressed:
                return Query(header, QueryEvent.Read(body, header.Type == EventType.MariaQueryCompressed), end, batch);
            case EventType.Xid:
                CloseGroup();
                break;
            case EventType.TableMap:
                Map(body);
                break;
            case EventType.WriteRowsV1 or EventType.UpdateRowsV1 or EventType.DeleteRowsV1 or EventType.WriteRows or EventType.UpdateRows or EventType.DeleteRows
                or (>= EventType.MariaWriteRowsCompressedV1 and <= EventType.MariaDeleteRowsCompressed):
                return Rows(header, body, end, batch);
            case EventType.OldWriteRows or EventType.OldUpdateRows or EventType.OldDeleteRows:
                throw Unsupported("Row events of MySQL 5.1 before 5.1.18 cannot be read.", "Upgrade the server.");
            case EventType.PartialUpdateRows:
                throw Unsupported("Updates of parts of JSON values cannot be read.", "Set binlog_row_value_options='' at the server and take a new snapshot.");
            case EventType.TransactionPayload:
                throw Unsupported("Transactions compressed with zstd cannot be read.", "Set binlog_transaction_compression=OFF at the server and take a new snapshot.");
            case EventType.XaPrepare:
                throw Prepared();
            case EventType.MariaStartEncryption:
                throw Unsupported("The file is encrypted.", "Read it from the server, which sends it in the clear.");
            case EventType.Incident:
                throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The server says behind {Position} that changes are missing from its log{IncidentText(body)}: take a new snapshot.");
            case EventType.Load or EventType.NewLoad or EventType.CreateFile or EventType.ExecLoad or EventType.ExecuteLoadQuery:
                throw new ChangeSourceException(ChangeSourceFault.Settings, $"LOAD DATA was logged as a statement behind {Position}: set binlog_format=ROW at the server and take a new snapshot.");
            case EventType.StartV3:
                throw Unsupported("The log is of a version before MySQL 5.0.", "Upgrade the server.");
            default:
                // Events that say nothing about rows: statements' texts and variables, lists of GTIDs, checkpoints, and what later versions mark as ignorable.
                if (!header.IsIgnorable && header.Type is not (EventType.Stop or EventType.Intvar or EventType.Rand or EventType.UserVar or EventType.BeginLoadQuery or EventType.AppendBlock
                    or EventType.DeleteFile or EventType.Ignorable or EventType.RowsQuery or EventType.PreviousGtids or EventType.TransactionContext or EventType.ViewChange
                    or EventType.MariaAnnotateRows or EventType.MariaBinlogCheckpoint or EventType.MariaGtidList))
                    throw new EventFormatException($"Its kind {(int)header.Type} is not known.");
                break;
        }

        return DecodeResult.Done;
    }

    void Describe(in EventHeader header, ReadOnlySpan<byte> bytes)
    {
        format = FormatDescription.Read(bytes);
        FileSeconds = format.WrittenSeconds;
        IsMariaDb = format.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        maps.Clear();
        if (header.EndOffset == 0 || header.IsArtificial || Position.Offset > BinlogPosition.FirstOffset) return; // It was sent for this connection only.
        Position = Position with { Offset = header.EndOffset };
        CloseGroup();
        RestartPosition = Position;
    }

    void Rotate(in EventHeader header, ReadOnlySpan<byte> body, ChangeBatch batch)
    {
        var reader = new PacketReader(body);
        ulong offset = reader.UInt64();
        string file = Encoding.UTF8.GetString(reader.Rest());
        var next = new BinlogPosition(file, offset <= BinlogPosition.OffsetMax ? (long)offset : throw new EventFormatException($"The next file is to be read from byte {offset}; a file has {BinlogPosition.OffsetMax} at most."));
        bool made = header.IsArtificial || header.EndOffset == 0 || header.Seconds == 0;
        if (made && Position.File.Length == 0) Position = RestartPosition = next; // It was asked by GTID and chooses.
        if (made && next.File == Position.File && next.Offset <= Position.Offset) return; // The server says where it begins.
        if (made && next.File == Position.File && next.Offset > Position.Offset) throw new EventFormatException($"The server begins at {next}, behind {Position}.");
        fileNumber = next.FileNumber;
        Position = next;
        FileSeconds = 0;
        if (groupHasRows) Withdraw(header.Seconds * 1000L, batch);
        CloseGroup();
        RestartPosition = next;

        maps.Clear();
    }

    /// <summary>
    /// A file ended within a transaction: the server was killed while it wrote it, and has rolled it back. Its rows were handed on as they came, so their tables are
    /// said to be empty and are read anew.
    /// </summary>
    void Withdraw(long timestampMilliseconds, ChangeBatch batch)
    {
        long sequence = BinlogPosition.SequenceOf(fileNumber, Position.Offset);
        int row = 0;
        foreach (var table in groupTables)
        {
            if (sequence > SkipThrough) Add(ChangeKind.Truncate, table.Schema, table.Schema.Fingerprint, "", sequence, timestampMilliseconds, batch, ref row);
            Rereads.Add((table.Schema.Database, table.Schema.Table));
        }
    }

    /// <summary>Where an event ends in its file. Its own word is of 32 bits and is compared with what it follows.</summary>
    long EndOffset(in EventHeader header)
    {
        if (header.EndOffset == 0) return Position.Offset;
        long end = Position.Offset + header.Bytes;
        if (end > BinlogPosition.OffsetMax) throw Unsupported($"The file {Position.File} is larger than 4 GiB.", "Let the server rotate its files earlier: keep max_binlog_size at 1 GiB and transactions smaller than that.");
        // Events that a server keeps to itself leave holes; going back would be another log.
        return header.EndOffset >= end ? header.EndOffset : throw new EventFormatException($"It ends at {header.EndOffset}, before {end}.");
    }

    void MariaGtid(in EventHeader header, ReadOnlySpan<byte> body)
    {
        const int Standalone = 1, GroupCommit = 2, PreparedXa = 64, CompletedXa = 128, StartAlter = 2, RollbackAlter = 8;
        var reader = new PacketReader(body);
        ulong number = reader.UInt64();
        uint domain = reader.UInt32();
        int flags = reader.Byte();
        OpenGroup(header.Seconds);
        Gtid = $"{domain}-{header.ServerId}-{number}";
        standalone = (flags & Standalone) != 0;
        if ((flags & PreparedXa) != 0) throw Prepared();
        if ((flags & GroupCommit) != 0) reader.Skip(8);
        if ((flags & CompletedXa) != 0)
        {
            reader.Skip(4);
            int global = reader.Byte(), branch = reader.Byte();
            reader.Skip(global + branch);
        }

        // A long ALTER may be said twice, when it begins and when it has succeeded: only the latter counts.
        if (reader.Left > 0) groupStatementsDoNotCount = (reader.Byte() & (StartAlter | RollbackAlter)) != 0;
    }

    void OpenGroup(uint seconds)
    {
        groupOpen = true;
        groupHasRows = transactionOpen = standalone = groupStatementsDoNotCount = false;
        groupSeconds = seconds;
        groupTables.Clear();
        RestartPosition = Position;
    }

    void CloseGroup()
    {
        groupOpen = groupHasRows = transactionOpen = standalone = groupStatementsDoNotCount = false;
        groupSeconds = 0;
        groupTables.Clear();
    }

    static string? MySqlGtid(ReadOnlySpan<byte> body)
    {
        if (body.Length < 25) return null;
        return $"{new Guid(body.Slice(1, 16), bigEndian: true)}:{System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(body[17..])}";
    }

    static string IncidentText(ReadOnlySpan<byte> body) => body.Length > 3 ? $" ({Encoding.UTF8.GetString(body[3..])})" : "";

    ChangeSourceException Prepared() => new(
        ChangeSourceFault.Settings,
        $"A transaction was prepared (XA) behind {Position}: its rows are in the log before it is known whether they are committed, which cannot be captured. Take a new snapshot behind it, and let the application use plain transactions.");

    ChangeSourceException Unsupported(string what, string todo) => new(ChangeSourceFault.Format, $"Behind {Position}: {what} {todo}");
}
