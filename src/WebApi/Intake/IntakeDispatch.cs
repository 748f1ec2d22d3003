using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Sites;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Intake;

/// <summary>Hands the batches of one request to the intake grains, and makes sure that their servers exist.</summary>
internal sealed class IntakeDispatch(IntakeInstruments instruments, IOptions<IntakeOptions> intake)
{
    /// <summary>For how long a site is taken to have a server, or to refuse one, without asking it again.</summary>
    const int EnsuredMinutes = 1;

    /// <summary>Sends what the work holds; completes when it is durable.</summary>
    /// <returns>Accepted samples and duplicates; what was dropped is added to the work's counts.</returns>
    public async Task<(long Accepted, long Duplicate)> SendAsync(Caller caller, KeyIntake key, IntakeWork work, int minute)
    {
        var byPartition = new List<ServerSamples>?[intake.Value.Partitions];
        foreach ((ServerSlot slot, SampleBatchWriter writer) in work.Batches)
        {
            if (slot.EnsuredUntilMinute <= minute && !await EnsureAsync(caller, key, slot, minute))
            {
                work.Drops.Add(DropReason.OverLimit, writer.Samples, slot.Key);
                continue;
            }
            (byPartition[slot.Partition] ??= []).Add(new ServerSamples(slot.Key, writer.ToArray()));
        }
        SampleOutcome sum = default;
        foreach (SampleOutcome[] outcomes in await Task.WhenAll(Appends(caller, byPartition)))
            foreach (SampleOutcome outcome in outcomes)
                sum += outcome;
        work.Drops.Add(DropReason.TooOld, sum.TooOld);
        work.Drops.Add(DropReason.TooNew, sum.TooNew);
        work.Drops.Add(DropReason.OverLimit, sum.OverLimit);
        instruments.Count(sum.Accepted, sum.Duplicate, work.Drops);
        return (sum.Accepted, sum.Duplicate);
    }

    /// <summary>Makes sure that a server exists before something is said about it.</summary>
    /// <exception cref="LimitReachedException">The site is full.</exception>
    public async Task EnsureAsync(Caller caller, KeyIntake key, string server, int minute)
    {
        if (key.FindSlot(server) is not { } slot || !(slot.EnsuredUntilMinute > minute || await EnsureAsync(caller, key, slot, minute)))
            throw new LimitReachedException($"The site '{key.Info.Tenant}/{key.Info.Site}' has as many servers as it may; '{server}' cannot be added.");
    }

    static async Task<bool> EnsureAsync(Caller caller, KeyIntake key, ServerSlot slot, int minute)
    {
        if (slot.RefusedUntilMinute > minute)
            return false;
        try
        {
            await caller.OfSite<ISiteGrain>(key.Info.Tenant, key.Info.Site).EnsureServer(EntityKeys.Leaf(slot.Key));
            slot.EnsuredUntilMinute = minute + EnsuredMinutes;
            return true;
        }
        catch (LimitReachedException)
        {
            slot.RefusedUntilMinute = minute + EnsuredMinutes;
            return false;
        }
    }

    static IEnumerable<Task<SampleOutcome[]>> Appends(Caller caller, List<ServerSamples>?[] byPartition)
    {
        for (int partition = 0; partition < byPartition.Length; partition++)
            if (byPartition[partition] is { } batches)
                yield return caller.AppendAsync(partition, [.. batches]);
    }
}
