using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>Calls that wait to learn where their shard is, each shard's in order. Used under its owner's lock.</summary>
internal sealed class ParkedCalls(int limit)
{
    /// <summary>The last place is for calls that any silo may run.</summary>
    private readonly List<(CallBase Call, long Read)>?[] _calls = new List<(CallBase, long)>?[GrainShards.Count + 1];

    public int Count { get; private set; }

    /// <param name="shard">-1 for a call that any silo may run.</param>
    /// <param name="call">The call.</param>
    /// <param name="read">The newest read of the cluster store that had begun.</param>
    public bool TryAdd(int shard, CallBase call, long read)
    {
        if (Count >= limit) DropEnded();
        if (Count >= limit) return false;
        (_calls[Place(shard)] ??= []).Add((call, read));
        Count++;
        return true;
    }

    public void Take(int shard, ref List<CallBase>? taken)
    {
        if (_calls[Place(shard)] is not { } calls) return;
        taken ??= [];
        foreach (var (call, _) in calls) taken.Add(call);
        Count -= calls.Count;
        _calls[Place(shard)] = null;
    }

    /// <summary>Takes the calls of known shards that were parked before this read began.</summary>
    public void Take(long before, Func<int, bool> isKnown, ref List<CallBase>? taken)
    {
        if (Count == 0) return;
        DropEnded();
        for (int place = 0; place < _calls.Length; place++)
        {
            int shard = place == GrainShards.Count ? -1 : place;
            if (_calls[place] is not { } calls || !isKnown(shard)) continue;
            int ripe = calls.FindIndex(parked => parked.Read >= before);
            if (ripe < 0) ripe = calls.Count;
            taken ??= [];
            for (int index = 0; index < ripe; index++) taken.Add(calls[index].Call);
            calls.RemoveRange(0, ripe);
            Count -= ripe;
            if (calls.Count == 0) _calls[place] = null;
        }
    }

    public void TakeAll(ref List<CallBase>? taken)
    {
        for (int place = 0; place < _calls.Length; place++) Take(place == GrainShards.Count ? -1 : place, ref taken);
    }

    /// <summary>Forgets calls whose callers wait no longer.</summary>
    private void DropEnded()
    {
        for (int place = 0; place < _calls.Length; place++)
        {
            if (_calls[place] is not { } calls) continue;
            Count -= calls.RemoveAll(static parked => !parked.Call.IsPending);
            if (calls.Count == 0) _calls[place] = null;
        }
    }

    private static int Place(int shard) => shard < 0 ? GrainShards.Count : shard;
}
