using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>
/// What really happened, by true time: who was given which shard in which term, how long leases ran, and which turns were served. The rules of ownership are
/// checked as things happen.
/// </summary>
internal sealed class Ledger(World world, ClusterOptions options)
{
    private readonly Dictionary<SiloId, Lease> _leases = [];
    private readonly List<Tenure>[] _tenures = [.. Enumerable.Range(0, GrainShards.Count).Select(_ => new List<Tenure>())];
    private readonly List<ServedTurn> _turns = [default];

    public int TurnsServed => _turns.Count - 1;

    public int Takes { get; private set; }

    public int Deaths { get; private set; }

    /// <summary>A membership row was written.</summary>
    /// <param name="row">As stored now.</param>
    /// <param name="sent">When the request was sent, in true time.</param>
    /// <param name="isOwnDoing">Whether the silo itself wrote it.</param>
    public void OnMember(MemberRow row, long sent, bool isOwnDoing)
    {
        if (world.IsTracing) world.Trace($"store: member {row.Id} {row.Status} counter {row.Counter} {row.Reason}");
        if (!_leases.TryGetValue(row.Id, out var lease)) _leases.Add(row.Id, lease = new Lease(world.FindMachine(row.Id.Name)));
        if (isOwnDoing && row.IsLive)
        {
            lease.Extend(lease.Machine.BootAt(sent) + (options.Lease - options.LeaseMargin).Ticks);
        }
        else if (row.Status == MemberStatus.Dead)
        {
            Deaths++;
            if (lease.Machine.Boot < lease.UntilBoot)
                world.Violate($"{row.Id} was declared dead {new TimeSpan(lease.UntilBoot - lease.Machine.Boot).TotalSeconds:F3} s (by its own clock) before its lease was over.");
        }
    }

    public void OnTaken(SiloId taker, IReadOnlyList<ShardRow> rows)
    {
        Takes += rows.Count;
        if (rows.Count > 0 && world.IsTracing) world.Trace($"store: {taker} takes {rows.Count} shards");
        foreach (var row in rows)
        {
            var tenures = _tenures[row.Shard];
            if (tenures.Count > 0)
            {
                var last = tenures[^1];
                if (row.Term <= last.Term) world.Violate($"Shard {row.Shard} was given to {taker} in term {row.Term}, after {last.Owner} had had it in term {last.Term}.");
                tenures[^1] = last with { Until = Math.Min(last.Until, world.Now) };
            }

            tenures.Add(new Tenure(row.Term, taker, world.Now, long.MaxValue, false));
        }
    }

    public void OnFreed(SiloId owner, IReadOnlyList<ShardRow> rows)
    {
        if (rows.Count > 0 && world.IsTracing) world.Trace($"store: {owner} frees {rows.Count} shards");
        foreach (var row in rows)
        {
            var tenures = _tenures[row.Shard];
            if (tenures.Count > 0 && tenures[^1] is var last && last.Term == row.Term && last.Owner == owner && !last.IsFreed)
                tenures[^1] = last with { Until = world.Now, IsFreed = true };
        }
    }

    /// <summary>A grain's turn was served. Answers the turn's number.</summary>
    public int OnTurn(Process process, SiloId silo, int shard, long term, int activation, GrainId grain)
    {
        bool holdsLease = _leases.TryGetValue(silo, out var lease) && process.Machine.Boot <= lease.UntilBoot;
        if (term != 0)
        {
            var tenure = Find(shard, term);
            if (tenure is not { } known || known.Owner != silo)
                world.Violate($"{silo} served {grain} of shard {shard} in term {term}, which the store gave to {(tenure is { } other ? other.Owner.ToString() : "nobody")}.");
            else if (known.IsFreed)
                world.Violate($"{silo} served {grain} of shard {shard} in term {term} after it had freed the shard.");
        }

        _turns.Add(new ServedTurn(world.Now, silo, shard, term, activation, holdsLease, grain));
        return _turns.Count - 1;
    }

    /// <summary>A caller has the answer of a turn: the turn has to have been served by the shard's owner, while nobody else owned it.</summary>
    public void OnAnswered(int number)
    {
        if (number <= 0 || number >= _turns.Count)
        {
            world.Violate($"A caller was answered with turn {number}, which no grain served.");
            return;
        }

        var turn = _turns[number];
        if (turn.Term == 0)
        {
            world.Violate($"A caller was answered by {turn.Grain} at {turn.Silo}, which did not own shard {turn.Shard} when it served the turn at {At(turn.Time)}.");
            return;
        }

        if (Find(turn.Shard, turn.Term) is { } tenure && tenure.Until < turn.Time)
            world.Violate($"A caller was answered by {turn.Grain} at {turn.Silo} with a turn served at {At(turn.Time)} in term {turn.Term} of shard {turn.Shard}, which was over at {At(tenure.Until)}.");
        if (!turn.HoldsLease) world.Violate($"A caller was answered by {turn.Grain} at {turn.Silo} with a turn served at {At(turn.Time)}, when the silo's lease was over.");
    }

    public int ActivationOf(int turn) => _turns[turn].Activation;

    /// <summary>Activations of one grain never take turns with each other in what callers see: the later one's first answered turn ends the earlier one.</summary>
    public long TimeOf(int turn) => _turns[turn].Time;

    private Tenure? Find(int shard, long term)
    {
        var tenures = _tenures[shard];
        for (int index = tenures.Count - 1; index >= 0; index--)
            if (tenures[index].Term == term) return tenures[index];
        return null;
    }

    private static string At(long time) => new TimeSpan(time).TotalSeconds.ToString("F6", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Lease(Machine machine)
    {
        public Machine Machine { get; } = machine;

        /// <summary>By the silo's own clock. Counts every renewal that the store took, so it is never less than what the silo itself believes.</summary>
        public long UntilBoot { get; private set; } = long.MinValue;

        public void Extend(long until) => UntilBoot = Math.Max(UntilBoot, until);
    }

    private readonly record struct Tenure(long Term, SiloId Owner, long From, long Until, bool IsFreed);

    private readonly record struct ServedTurn(long Time, SiloId Silo, int Shard, long Term, int Activation, bool HoldsLease, GrainId Grain);
}
