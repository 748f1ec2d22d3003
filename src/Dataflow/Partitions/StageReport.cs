using System.Text;

namespace Orrery.Dataflow.Partitions;

/// <summary>What a partition says at the end of a stage besides rows.</summary>
internal sealed record StageReport
{
    private const int EntriesMax = 100_000;
    private const int ReasonBytesMax = 64 * 1024;

    /// <summary>Of tables with a watermark: the latest event time that came in.</summary>
    public IReadOnlyList<(ulong Table, long Latest)> Times { get; init; } = [];

    /// <summary>The instant at which a step without input has something to do.</summary>
    public long NextTimer { get; init; } = long.MaxValue;

    /// <summary>Operators that had no value for a row; in the joining of a view, one entry says that it cannot join.</summary>
    public IReadOnlyList<(ulong Operator, string Reason)> Failures { get; init; } = [];

    /// <summary>Bytes of state of views that have a bound.</summary>
    public IReadOnlyList<(ulong View, long Bytes)> Sizes { get; init; } = [];

    public byte[] Encode()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(NextTimer);
        writer.Write(Times.Count);
        foreach (var (table, latest) in Times)
        {
            writer.Write(table);
            writer.Write(latest);
        }

        writer.Write(Sizes.Count);
        foreach (var (view, size) in Sizes)
        {
            writer.Write(view);
            writer.Write(size);
        }

        writer.Write(Failures.Count);
        foreach (var (node, reason) in Failures)
        {
            byte[] text = Encoding.UTF8.GetBytes(reason.Length > ReasonBytesMax / 4 ? reason[..(ReasonBytesMax / 4)] : reason);
            writer.Write(node);
            writer.Write(text.Length);
            writer.Write(text);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="ExchangeException">It is none.</exception>
    public static StageReport Decode(ReadOnlyMemory<byte> bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes.ToArray()), Encoding.UTF8);
        try
        {
            long timer = reader.ReadInt64();
            var times = new (ulong, long)[Count(reader)];
            for (int index = 0; index < times.Length; index++) times[index] = (reader.ReadUInt64(), reader.ReadInt64());
            var sizes = new (ulong, long)[Count(reader)];
            for (int index = 0; index < sizes.Length; index++) sizes[index] = (reader.ReadUInt64(), reader.ReadInt64());
            var failures = new (ulong, string)[Count(reader)];
            for (int index = 0; index < failures.Length; index++)
            {
                ulong node = reader.ReadUInt64();
                int length = reader.ReadInt32();
                if (length is < 0 or > ReasonBytesMax) throw new ExchangeException($"A report of a stage has a text of {length:N0} bytes; at most {ReasonBytesMax:N0} are allowed.");
                byte[] text = reader.ReadBytes(length);
                if (text.Length < length) throw new EndOfStreamException();
                failures[index] = (node, Encoding.UTF8.GetString(text));
            }

            if (reader.BaseStream.Position != bytes.Length) throw new ExchangeException($"A report of a stage has {bytes.Length:N0} bytes, of which {reader.BaseStream.Position:N0} mean something.");
            return new StageReport { NextTimer = timer, Times = times, Sizes = sizes, Failures = failures };
        }
        catch (EndOfStreamException)
        {
            throw new ExchangeException($"A report of a stage is cut off after {bytes.Length:N0} bytes.");
        }
    }

    private static int Count(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        return count is >= 0 and <= EntriesMax ? count : throw new ExchangeException($"A report of a stage has {count:N0} entries; at most {EntriesMax:N0} are allowed.");
    }
}
