using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql;

/// <summary>What tables could not read and views could not compute with, in a topic for each.</summary>
static class DeadLetters
{
    const int LimitMax = 500;
    const int TextLength = 4_096;
    const int ReadBytes = 1 << 20;
    // Between the silo that made the relation and the one that has the letters.
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    static ReadOnlySpan<byte> Reason => "reason"u8;

    static ReadOnlySpan<byte> Partition => "partition"u8;

    static ReadOnlySpan<byte> Offset => "offset"u8;

    /// <param name="partition">Negative: of a view's row.</param>
    public static byte[] Headers(string reason, int partition, long offset) => partition < 0
        ? LogHeaders.Encode(("reason", Encoding.UTF8.GetBytes(reason)))
        : LogHeaders.Encode(("reason", Encoding.UTF8.GetBytes(reason)), ("partition", Encoding.UTF8.GetBytes($"{partition}")), ("offset", Encoding.UTF8.GetBytes($"{offset}")));

    /// <summary>A relation's letters, the newest first.</summary>
    /// <param name="made">When the relation was: older letters are of another that had its name.</param>
    /// <param name="page">Its cursor is the number below which the page ends.</param>
    public static async Task<Page<SqlLetter>> ListAsync(IGrainFactory grains, string tenant, string relation, DateTimeOffset made, PageRequest page)
    {
        if (page.Limit is < 1 or > LimitMax)
            throw new InvalidInputException("limit", $"limit is {page.Limit}; it can be 1 to {LimitMax}.");
        string topic = SqlKeys.DeadTopic(tenant, relation);
        try
        {
            await grains.GetGrain<ITopicGrain>(topic).Get();
        }
        catch (NotFoundException)
        {
            return new Page<SqlLetter>([], null, 0);
        }

        ITopicPartitionGrain partition = grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, 0));
        PartitionInfo info = await partition.Info();
        long start = Math.Max(info.Start, await partition.FindOffset((made - ClockSkew).ToUnixTimeMilliseconds()));
        long before = page.After is null ? info.End
            : long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Math.Min(number, info.End)
            : throw new InvalidInputException("cursor", $"cursor is '{page.After}'; give the next of the page before.");
        var letters = new List<SqlLetter>();
        long next = Math.Max(start, before - page.Limit), first = next;
        while (next < before)
        {
            TopicRead read = await partition.Read(next, ReadBytes, TimeSpan.Zero);
            foreach (LogBatch batch in LogBatches.Parse(read.EncodedBatches))
            {
                LogBatch.Enumerator records = batch.GetEnumerator();
                while (records.MoveNext())
                    if (records.Offset >= next && records.Offset < before)
                        letters.Add(Read(records.Offset, records.Current));
            }

            if (read.Next <= next)
                break;
            next = read.Next;
        }

        letters.Reverse();
        return new Page<SqlLetter>(letters, first > start ? first.ToString(CultureInfo.InvariantCulture) : null, (int)Math.Min(int.MaxValue, info.End - start));
    }

    static SqlLetter Read(long number, in LogRecord record)
    {
        string reason = LogHeaders.TryFind(record.Headers, Reason, out ReadOnlyMemory<byte> said) ? Encoding.UTF8.GetString(said.Span) : "";
        string text = Encoding.UTF8.GetString(record.Value.Span[..Math.Min(record.Value.Length, 4 * TextLength)]);
        return new SqlLetter(
            number, DateTimeOffset.FromUnixTimeMilliseconds(record.TimestampMilliseconds), reason, text.Length <= TextLength ? text : text[..TextLength],
            (int?)NumberOf(record, Partition), NumberOf(record, Offset));
    }

    static long? NumberOf(in LogRecord record, ReadOnlySpan<byte> header) =>
        LogHeaders.TryFind(record.Headers, header, out ReadOnlyMemory<byte> text) && Utf8Parser.TryParse(text.Span, out long number, out _) ? number : null;
}
