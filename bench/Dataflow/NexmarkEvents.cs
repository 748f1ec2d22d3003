using System.Runtime.InteropServices;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Events in Nexmark's proportions, packed beforehand: of 50 events one person, three auctions, 46 bids. Half of the bids go to the hot auction of the last hundred, the others to one of the last hundred
/// in flight; an auction's seller is mostly a recent person. 10,000 events a second of event time.
/// </summary>
sealed unsafe class NexmarkEvents : IDisposable
{
    const long FirstMicroseconds = 1_767_225_600_000_000;
    const int MicrosecondsPerEvent = 100;
    const int FirstId = 1000;

    static readonly string[] States = ["az", "ca", "id", "or", "wa", "wy"];
    static readonly string[] Cities = ["phoenix", "los angeles", "san francisco", "boise", "portland", "bend", "redmond", "seattle", "kent", "cheyenne"];
    static readonly string[] Channels = ["Google", "Facebook", "Baidu", "Apple"];

    readonly RowArena memory = new(long.MaxValue);

    public NexmarkEvents(int count, RowLayout person, RowLayout auction, RowLayout bid)
    {
        Rows = new nint[count];
        Kinds = new byte[count];
        var random = new Random(50);
        using var persons = new RowBuilder(person, memory);
        using var auctions = new RowBuilder(auction, memory);
        using var bids = new RowBuilder(bid, memory);
        for (int number = 0; number < count; number++)
        {
            long time = FirstMicroseconds + (long)number * MicrosecondsPerEvent;
            long epoch = number / 50;
            int place = number % 50;
            long lastPerson = epoch, lastAuction = epoch * 3 + Math.Clamp(place - 1, 0, 2);
            (Kinds[number], Rows[number]) = place switch
            {
                0 => ((byte)0, RowValues.FromObjects(
                    [FirstId + epoch, $"name {random.Next(1000)}", $"mail{random.Next(100_000)}@example.com", $"{random.Next(10_000):0000} {random.Next(10_000):0000}", Cities[random.Next(10)], States[random.Next(6)], time, Text(random, 60)], persons)),
                < 4 => ((byte)1, RowValues.FromObjects(
                    [
                        FirstId + lastAuction, Text(random, 20), Text(random, 60), (long)random.Next(1000), (long)random.Next(1000, 5000), time, time + random.Next(1, 200) * 100_000L,
                        FirstId + (random.Next(4) != 0 ? lastPerson / 4 * 4 : Math.Max(0, lastPerson - random.Next(1000))), 10L + random.Next(5), Text(random, 60),
                    ], auctions)),
                _ => ((byte)2, RowValues.FromObjects(
                    [
                        FirstId + (random.Next(2) == 0 ? lastAuction / 100 * 100 : Math.Max(0, lastAuction - random.Next(100))), FirstId + (random.Next(4) != 0 ? lastPerson / 100 * 100 + 1 : Math.Max(0, lastPerson - random.Next(1000))),
                        (long)Math.Pow(10, random.NextDouble() * 6) * 100, random.Next(2) == 0 ? Channels[random.Next(4)] : "channel-" + random.Next(10_000), "https://www.nexmark.com/item.htm?query=1&channel_id=" + random.Next(100_000),
                        time, Text(random, 40),
                    ], bids)),
            };
        }
    }

    public nint[] Rows { get; }

    /// <summary>0 a person, 1 an auction, 2 a bid.</summary>
    public byte[] Kinds { get; }

    public void Dispose() => memory.Dispose();

    static string Text(Random random, int length) => string.Create(length, random, static (text, random) =>
    {
        foreach (ref char letter in text) letter = (char)('a' + random.Next(26));
    });
}
