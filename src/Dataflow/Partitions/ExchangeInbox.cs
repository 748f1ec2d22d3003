using System.Buffers.Binary;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Partitions;

/// <summary>Who takes what a message holds; rows are in the arena of the step.</summary>
internal interface IExchangeReceiver
{
    RowArena Arena { get; }

    /// <summary>The layout of what an exchange carries; null: there is no such exchange here.</summary>
    RowLayout? LayoutOfExchange(ulong exchange);

    RowLayout? LayoutOfTable(ulong table);

    void Take(ulong exchange, nint row, int weight);

    void TakeTable(ulong table, nint row, int weight, long order);
}

/// <summary>Reads messages of <see cref="ExchangeOutbox"/>; each byte is looked at before it is believed.</summary>
internal static class ExchangeInbox
{
    /// <summary>Hands the rows of a message over and returns its report.</summary>
    /// <exception cref="ExchangeException">It is damaged, or not the one that was expected.</exception>
    public static StageReport Read(ExchangeRound round, int sender, int receiver, IReadOnlyList<ReadOnlyMemory<byte>> parts, IExchangeReceiver into)
    {
        StageReport? report = null;
        for (int number = 0; number < parts.Count; number++)
        {
            var part = parts[number];
            CheckHead(round, sender, receiver, number, number == parts.Count - 1, part.Span);
            for (int at = ExchangeOutbox.HeadBytes; at < part.Length;)
            {
                if (part.Length - at < ExchangeOutbox.FrameHeadBytes) throw Damaged(round, sender, number, at, "a frame is cut off");
                var head = part.Span[at..];
                byte kind = head[0];
                ulong name = BinaryPrimitives.ReadUInt64LittleEndian(head[1..]);
                int count = BinaryPrimitives.ReadInt32LittleEndian(head[9..]);
                at += ExchangeOutbox.FrameHeadBytes;
                if (kind == ExchangeOutbox.Report)
                {
                    if (count < 0 || at + count != part.Length || number != parts.Count - 1) throw Damaged(round, sender, number, at, "its report does not end it");
                    report = StageReport.Decode(part.Slice(at, count));
                    at += count;
                    continue;
                }

                if (kind is not (ExchangeOutbox.Rows or ExchangeOutbox.TableRows)) throw Damaged(round, sender, number, at, $"a frame is of kind {kind}, which is unknown");
                at = ReadRows(round, sender, number, part.Span, at, kind == ExchangeOutbox.TableRows, name, count, into);
            }
        }

        return report ?? throw Damaged(round, sender, parts.Count, 0, "it has no report");
    }

    private static int ReadRows(ExchangeRound round, int sender, int number, ReadOnlySpan<byte> part, int at, bool isTable, ulong name, int count, IExchangeReceiver into)
    {
        var layout = (isTable ? into.LayoutOfTable(name) : into.LayoutOfExchange(name))
            ?? throw Damaged(round, sender, number, at, $"it has rows for {(isTable ? "table" : "exchange")} {name:x16}, which is not here: the partitions have other views");
        int headBytes = isTable ? 12 : 4;
        for (int entry = 0; entry < count; entry++)
        {
            if (part.Length - at < headBytes) throw Damaged(round, sender, number, at, "a row is cut off");
            int weight = BinaryPrimitives.ReadInt32LittleEndian(part[at..]);
            long order = isTable ? BinaryPrimitives.ReadInt64LittleEndian(part[(at + 4)..]) : 0;
            at += headBytes;
            int length = RowCheck.LengthOf(part[at..], layout);
            if (length < 0 || weight == 0) throw Damaged(round, sender, number, at, "what should be a row is none");
            nint row = Copy(part.Slice(at, length), into.Arena);
            at += length;
            if (isTable) into.TakeTable(name, row, weight, order);
            else into.Take(name, row, weight);
        }

        return at;
    }

    private static unsafe nint Copy(ReadOnlySpan<byte> bytes, RowArena arena)
    {
        nint row = arena.Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)row, bytes.Length));
        return row;
    }

    private static void CheckHead(ExchangeRound round, int sender, int receiver, int number, bool isLast, ReadOnlySpan<byte> part)
    {
        if (part.Length < ExchangeOutbox.HeadBytes) throw Damaged(round, sender, number, 0, "its head is cut off");
        if (part[0] != ExchangeOutbox.Version) throw Damaged(round, sender, number, 0, $"its version is {part[0]}, {ExchangeOutbox.Version} is known");
        bool isRight = part[1] == (isLast ? 1 : 0)
            && BinaryPrimitives.ReadUInt16LittleEndian(part[2..]) == sender && BinaryPrimitives.ReadUInt16LittleEndian(part[4..]) == receiver
            && BinaryPrimitives.ReadInt64LittleEndian(part[8..]) == round.Number && BinaryPrimitives.ReadInt32LittleEndian(part[16..]) == round.Stage && BinaryPrimitives.ReadInt32LittleEndian(part[20..]) == number;
        if (!isRight) throw Damaged(round, sender, number, 0, "its head is that of another part");
    }

    private static ExchangeException Damaged(ExchangeRound round, int sender, int part, int at, string what) =>
        new($"The message of partition {sender} in stage {round.Stage} of step {round.Number} cannot be read: in part {part} at byte {at:N0}, {what}. Restart the partitions from their checkpoints.");
}
