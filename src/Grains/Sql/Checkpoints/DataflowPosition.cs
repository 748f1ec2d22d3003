using System.Buffers.Binary;
using System.Text.Json;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql.Schemas;

namespace Orrery.Grains.Sql.Checkpoints;

/// <summary>
/// What a restart has to know besides the state of the graph: where the dataflow stood behind an epoch. As bytes: the length of the JSON in four bytes, little-endian; the JSON; what waits for sinks, see
/// <see cref="SinkBacklog"/>.
/// </summary>
/// <param name="Epoch">The last one that the state has.</param>
/// <param name="Clock">Its, in microseconds since 1970.</param>
/// <param name="Version">Of the schema in force.</param>
/// <param name="JournalOffset">No entry of a later epoch lies below it.</param>
sealed record DataflowPosition(long Epoch, long Clock, long Version, long JournalOffset)
{
    const int Format = 1;

    public int FormatVersion { get; init; } = Format;

    /// <summary>The schema in force.</summary>
    public SqlDefinition[] Definitions { get; init; } = [];

    /// <summary>By name: what could not be made, and why. It stays so until it is made anew.</summary>
    public Dictionary<string, string> Failures { get; init; } = [];

    /// <summary>By view: rows that it could not compute with.</summary>
    public Dictionary<string, long> RejectedByView { get; init; } = [];

    public TablePosition[] Tables { get; init; } = [];

    /// <summary>Of several partitions: no message of a later epoch to this one lies below it.</summary>
    public long ExchangeOffset { get; init; }

    public byte[] Encode(ReadOnlyMemory<byte> backlog)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(this);
        byte[] bytes = new byte[4 + json.Length + backlog.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 4);
        backlog.CopyTo(bytes.AsMemory(4 + json.Length));
        return bytes;
    }

    /// <exception cref="CheckpointException">They are no position of this format.</exception>
    public static (DataflowPosition Position, ReadOnlyMemory<byte> Backlog) Decode(ReadOnlyMemory<byte> bytes)
    {
        int length = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        if (length < 0 || length > bytes.Length - 4)
            throw new CheckpointException($"The position of a checkpoint has {bytes.Length:N0} bytes and no whole text. An older checkpoint may be whole.");
        try
        {
            if (JsonSerializer.Deserialize<DataflowPosition>(bytes.Span.Slice(4, length)) is { FormatVersion: Format } position)
                return (position, bytes[(4 + length)..]);
        }
        catch (JsonException fault)
        {
            throw new CheckpointException($"The position of a checkpoint cannot be read: {fault.Message} An older checkpoint may be whole.");
        }

        throw new CheckpointException($"The position of a checkpoint is of another format than {Format}, which this program reads. Restore it with the program that wrote it.");
    }
}

/// <summary>Where a table is read.</summary>
/// <param name="Name">The table's.</param>
/// <param name="Version">Of its definition: a table of the same name that was made anew is another one.</param>
/// <param name="Topic">What it is read from; empty: a generator.</param>
/// <param name="Starts">Of each partition, where it began to be read.</param>
/// <param name="Offsets">Of each partition: every record below it is in the state.</param>
/// <param name="Rejected">Records that could not be read.</param>
/// <param name="NewestMilliseconds">When the newest record had been appended.</param>
sealed record TablePosition(string Name, long Version, string Topic, long[] Starts, long[] Offsets, long Rejected, long? NewestMilliseconds);
