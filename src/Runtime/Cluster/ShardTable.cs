using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// What this silo owns, shard by shard, and how many activations live in each.
/// <para>
/// <b>A shard's word</b> is its term while it is owned, the negative term while it is being released, and 0 otherwise.
/// </para>
/// <para>
/// <b>Making an activation and releasing its shard</b> race: who makes one counts it first and then looks at the word; who releases sets the word first
/// and then looks at the count. Both steps are full fences, so one sees the other: either the activation is not made, or the release waits for its end.
/// </para>
/// <para>
/// A shard that is being released keeps its term for storage until its count is 0 and its row is about to be freed; from then on nothing is stored
/// under it, and a snapshot that still shows the row is not believed (<see cref="LastFreedTerm"/>).
/// </para>
/// </summary>
internal sealed class ShardTable : IShardOwnership
{
    private readonly long[] _words = new long[GrainShards.Count];
    private readonly int[] _counts = new int[GrainShards.Count];
    private readonly long[] _freedTerms = new long[GrainShards.Count];

    public event Action<IReadOnlyCollection<int>>? Taken;

    public event Action<IReadOnlyCollection<int>>? Releasing;

    /// <summary>The last activation of a shard that is being released has ended.</summary>
    public event Action? Emptied;

    public IReadOnlyCollection<int> OwnedShards
    {
        get
        {
            var owned = new List<int>();
            for (int shard = 0; shard < GrainShards.Count; shard++)
                if (Word(shard) > 0) owned.Add(shard);
            return owned;
        }
    }

    /// <summary>Whether nothing is owned, nor being released.</summary>
    public bool IsEmpty
    {
        get
        {
            for (int shard = 0; shard < GrainShards.Count; shard++)
                if (Word(shard) != 0) return false;
            return true;
        }
    }

    public bool TryGetTerm(int shard, out long term)
    {
        term = Math.Abs(Word(shard));
        return term != 0;
    }

    public bool IsOwned(int shard) => Word(shard) > 0;

    public bool IsReleasing(int shard) => Word(shard) < 0;

    public int CountOf(int shard) => Volatile.Read(ref _counts[shard]);

    /// <summary>The newest term in which this silo has given the shard away; 0: none.</summary>
    public long LastFreedTerm(int shard) => Volatile.Read(ref _freedTerms[shard]);

    /// <summary>Counts an activation that is about to be made. False, and not counted, where the silo does not own the shard or gives it away.</summary>
    public bool TryEnter(int shard, out long term)
    {
        Interlocked.Increment(ref _counts[shard]);
        term = Word(shard);
        if (term > 0) return true;
        Leave(shard);
        return false;
    }

    /// <summary>An activation has ended, or was not made after all.</summary>
    public void Leave(int shard)
    {
        if (Interlocked.Decrement(ref _counts[shard]) == 0 && IsReleasing(shard)) Emptied?.Invoke();
    }

    /// <summary>The silo owns these from now on, each in its row's term.</summary>
    public void Take(IReadOnlyCollection<ShardRow> rows)
    {
        if (rows.Count == 0) return;
        foreach (var row in rows) Interlocked.Exchange(ref _words[row.Shard], row.Term);
        Taken?.Invoke([.. rows.Select(row => row.Shard)]);
    }

    /// <summary>No activation is made in these from now on.</summary>
    public void BeginRelease(IReadOnlyCollection<int> shards)
    {
        if (shards.Count == 0) return;
        Releasing?.Invoke(shards);
        foreach (int shard in shards)
            if (Word(shard) is > 0 and var term) Interlocked.Exchange(ref _words[shard], -term);
    }

    /// <summary>A release that found no end is taken back. Only while the row was not freed.</summary>
    public void CancelRelease(IReadOnlyCollection<int> shards)
    {
        if (shards.Count == 0) return;
        foreach (int shard in shards)
            if (Word(shard) is < 0 and var word) Interlocked.Exchange(ref _words[shard], -word);
        Taken?.Invoke(shards);
    }

    /// <summary>Nothing is stored under the shard's term from now on. Answers the term, which is freed next.</summary>
    public long EndRelease(int shard)
    {
        long term = Math.Abs(Interlocked.Exchange(ref _words[shard], 0));
        if (term > LastFreedTerm(shard)) Volatile.Write(ref _freedTerms[shard], term);
        return term;
    }

    /// <summary>The silo owns nothing any more.</summary>
    public void Abandon()
    {
        var lost = Enumerable.Range(0, GrainShards.Count).Where(shard => Interlocked.Exchange(ref _words[shard], 0) != 0).ToList();
        if (lost.Count > 0) Releasing?.Invoke(lost);
    }

    private long Word(int shard) => Volatile.Read(ref _words[shard]);
}
