using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.WebApi.Intake;

/// <summary>
/// Finds series by the bytes that were sent for their labels. Reading takes no lock: entries never change, a table is only ever filled, and a larger or
/// swept one takes its place as a whole. Writing takes the owner's lock.
/// </summary>
internal sealed class SeriesTable
{
    const int SlotsMin = 64;
    static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    volatile SeriesEntry?[] slots = new SeriesEntry?[SlotsMin];

    public int Count { get; private set; }

    /// <summary>A hash with a secret of the process, so that nobody can choose labels that all fall into one place.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> sent)
    {
        ulong hash = Seed ^ ((ulong)sent.Length * 0x9E3779B97F4A7C15);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(sent);
        int i = 0;
        for (; i + 1 < words.Length; i += 2)
            hash = Mix(hash ^ words[i], words[i + 1] ^ 0xE7037ED1A0B428DB);
        ulong last = 0;
        if (sent.Length >= 8)
            last = MemoryMarshal.Read<ulong>(sent[^8..]);
        else
            foreach (byte part in sent)
                last = (last << 8) | part;
        return Mix(hash ^ (i < words.Length ? words[i] : 0), last ^ 0x8EBC6AF09C88C6E3);
    }

    public SeriesEntry? Find(ReadOnlySpan<byte> sent, ulong hash)
    {
        SeriesEntry?[] table = slots;
        for (uint at = (uint)hash & (uint)(table.Length - 1); table[at] is { } entry; at = (at + 1) & (uint)(table.Length - 1))
            if (entry.SentHash == hash && sent.SequenceEqual(entry.Sent))
                return entry;
        return null;
    }

    /// <summary>Adds an entry that is not there. The caller holds the lock.</summary>
    public void Add(SeriesEntry entry)
    {
        if ((Count + 1) * 2 > slots.Length)
            Replace(slots.OfType<SeriesEntry>(), slots.Length * 2);
        Place(slots, entry);
        Count++;
    }

    /// <summary>Keeps only some entries. The caller holds the lock.</summary>
    /// <returns>The bytes that the others took.</returns>
    public long Sweep(Func<SeriesEntry, bool> keep)
    {
        long freed = 0;
        var kept = new List<SeriesEntry>();
        foreach (SeriesEntry? entry in slots)
            if (entry is not null && keep(entry))
                kept.Add(entry);
            else
                freed += entry?.Bytes ?? 0;
        Replace(kept, Math.Max(SlotsMin, (int)BitOperations.RoundUpToPowerOf2((uint)kept.Count * 2 + 2)));
        return freed;
    }

    void Replace(IEnumerable<SeriesEntry> entries, int length)
    {
        var table = new SeriesEntry?[length];
        int count = 0;
        foreach (SeriesEntry entry in entries)
        {
            Place(table, entry);
            count++;
        }
        (slots, Count) = (table, count);
    }

    static void Place(SeriesEntry?[] table, SeriesEntry entry)
    {
        uint at = (uint)entry.SentHash & (uint)(table.Length - 1);
        while (table[at] is not null)
            at = (at + 1) & (uint)(table.Length - 1);
        Volatile.Write(ref table[at], entry);
    }

    static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
