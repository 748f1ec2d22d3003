using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Watches the counters of other silos by this process's own clock. A counter that has stood still for half a lease makes its silo suspect, which is only
/// shown; one that has stood still for a whole lease lets the watcher say that the silo is dead, by compare-and-set on that counter. The time counts from
/// the end of the read that showed the counter first: later than its renewal was sent, so the silo's own lease has run out by then.
/// </summary>
internal sealed class MemberWatch(ClusterContext context)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SiloId, Sighting> _sightings = [];

    /// <summary>Takes in what a read showed that has just ended.</summary>
    public void Observe(IReadOnlyList<MemberRow> members)
    {
        var now = context.LeaseNow;
        lock (_lock)
        {
            var live = members.Where(member => member.IsLive && member.Id != context.Self).ToList();
            foreach (var gone in _sightings.Keys.Except(live.Select(member => member.Id)).ToList()) _sightings.Remove(gone);
            foreach (var member in live)
            {
                if (!_sightings.TryGetValue(member.Id, out var seen) || seen.Row.Counter != member.Counter)
                {
                    _sightings[member.Id] = new Sighting(member, now);
                }
                else if (!seen.IsSuspect && now - seen.Since > context.Options.Lease / 2)
                {
                    seen.IsSuspect = true;
                    context.Log.Suspected(member.Id, now - seen.Since);
                }
            }
        }
    }

    /// <summary>How long the silo's counter has stood still for this process; null where it is not watched.</summary>
    public TimeSpan? StandingOf(SiloId silo)
    {
        lock (_lock) return _sightings.TryGetValue(silo, out var seen) ? context.LeaseNow - seen.Since : null;
    }

    public bool IsSuspect(SiloId silo)
    {
        lock (_lock) return _sightings.TryGetValue(silo, out var seen) && context.LeaseNow - seen.Since > context.Options.Lease / 2;
    }

    /// <summary>How long until the next silo that stands still would be dead; null where none is watched.</summary>
    public TimeSpan? UntilNextDeath()
    {
        lock (_lock)
        {
            if (_sightings.Count == 0) return null;
            return _sightings.Values.Min(seen => seen.Since) + context.Options.Lease - context.LeaseNow;
        }
    }

    /// <summary>Declares dead whoever stood still for a whole lease. True where one was.</summary>
    public async Task<bool> BuryAsync()
    {
        var now = context.LeaseNow;
        List<Sighting> overdue;
        lock (_lock) overdue = [.. _sightings.Values.Where(seen => now - seen.Since >= context.Options.Lease).OrderBy(seen => seen.Row.Id.Name, StringComparer.Ordinal).ThenBy(seen => seen.Row.Id.Generation)];
        bool any = false;
        foreach (var seen in overdue)
        {
            string reason = $"{context.Self} watched its counter stand still at {seen.Row.Counter} for {(now - seen.Since).TotalSeconds:F1} s.";
            var dead = seen.Row with
            {
                Status = MemberStatus.Dead,
                Counter = seen.Row.Counter + 1,
                ChangedAt = Membership.WholeMilliseconds(context.Time.GetUtcNow()),
                Reason = reason,
            };
            try
            {
                bool done = await context.StoreAsync("declare a silo dead", (store, stop) => store.TryUpdateMemberAsync(dead, seen.Row.Counter, stop));
                if (done) context.Log.DeclaredDead(dead.Id, reason);
                any = true;
            }
            catch (Exception error)
            {
                context.Log.DeclareDeadFailed(dead.Id, error);
            }
        }

        return any;
    }

    private sealed class Sighting(MemberRow row, TimeSpan since)
    {
        public MemberRow Row { get; } = row;

        public TimeSpan Since { get; } = since;

        public bool IsSuspect { get; set; }
    }
}
