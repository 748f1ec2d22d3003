using System.Runtime.InteropServices;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>Compares the records of two sides by their hashes, counting each as often as it is there.</summary>
sealed class HashSides
{
    readonly Dictionary<UInt128, int> surplus = [];
    readonly HashSet<UInt128> should = [];

    /// <summary>What should have come.</summary>
    public void Should(ReadOnlySpan<UInt128> hashes)
    {
        foreach (var hash in hashes)
        {
            should.Add(hash);
            CollectionsMarshal.GetValueRefOrAddDefault(surplus, hash, out _)++;
        }
    }

    /// <summary>What came.</summary>
    public void Did(ReadOnlySpan<UInt128> hashes)
    {
        foreach (var hash in hashes)
            CollectionsMarshal.GetValueRefOrAddDefault(surplus, hash, out _)--;
    }

    /// <summary>Hashes that should have come and did not, each as often as it lacks.</summary>
    public IEnumerable<UInt128> Missing()
    {
        foreach (var (hash, count) in surplus)
            for (int i = 0; i < count; i++)
                yield return hash;
    }

    /// <summary>What should have come less what came, as receipts sum it: by it a comparison is known to be of the same records as an account.</summary>
    public UInt128 Difference
    {
        get
        {
            UInt128 difference = 0;
            foreach (var (hash, count) in surplus)
                unchecked
                {
                    difference += hash * (UInt128)(Int128)count;
                }

            return difference;
        }
    }

    /// <summary>What came and nobody gave was altered on its way, and took the place of one that lacks.</summary>
    public GapCounts Count()
    {
        long missing = 0, doubled = 0, foreign = 0;
        foreach (var (hash, count) in surplus)
        {
            if (count > 0)
                missing += count;
            else if (should.Contains(hash))
                doubled -= count;
            else
                foreign -= count;
        }

        return new GapCounts(missing, doubled, foreign);
    }

    /// <summary>Of all slices together: an altered record and the one it came from may lie in different ones.</summary>
    public static GapCounts Settle(GapCounts counts) => counts with { Missing = Math.Max(0, counts.Missing - counts.Altered) };
}
