using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Bench.Harness;
using Orrery.Grains;
using Orrery.Grains.Jobs.Rollouts;
using Orrery.Interfaces.Jobs.Rollouts;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Sqlite;

namespace Orrery.Bench.Fleet;

/// <summary>
/// A million agents known to one silo, 50,000 of them at a job of a roll-out: each says again and again how it is; one in fifty is killed while it works and comes back knowing nothing. At the end every job has come to its end,
/// and no agent is in a state beyond its deadline.
/// </summary>
static class FleetBench
{
    const int Callers = 256, KilledEach = 50, RoundsAtWork = 6;
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(12), Longest = TimeSpan.FromMinutes(3);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int known = (int)context.Options.Number("known", 1_000_000, 1_000, 10_000_000), active = (int)context.Options.Number("active", 50_000, 100, 1_000_000);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.Configure<RolloutOptions>(options => (options.Lease, options.LookPeriod) = (Lease, TimeSpan.FromSeconds(2)));
        builder.UseOrrery(silo => silo.AddGrains(typeof(GrainServices).Assembly).AddSqliteStorage(options => options.DataDirectory = Path.Combine(context.Scratch, "fleet")));
        using IHost host = builder.Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        IAgentShardGrain[] shards = [.. Enumerable.Range(0, AgentShards.Count).Select(shard => grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(shard)))];
        await BeatAsync(shards, 0, Math.Min(known, 10_000), static _ => null, null);
        long before = HeapBytes();
        double registered = await BeatAsync(shards, 0, known, static _ => null, null);
        double heap = HeapBytes() - before;
        context.Say($"{known:N0} agents are known, {registered:N0} heartbeats/s, {heap / known:N0} B each");

        // The first agents by name are those that stay; the wave chooses by a tag that they alone have.
        await BeatAsync(shards, 0, active, static _ => null, null, "pilot");
        IRolloutGrain rollout = grains.GetGrain<IRolloutGrain>("bench");
        await rollout.Start(new RolloutSpec { Definition = """{"kind":"verify","from":"sqlite:/a.db","to":"sqlite:/b.db"}""", Waves = [new RolloutStep(0, "pilot", 1)] }, "bench");
        var tasks = new AgentTaskReport?[active];
        var rounds = new byte[active];
        var random = new Random(7);
        long started = Stopwatch.GetTimestamp(), beats = 0, inFlight = 0, stuck = 0, killed = 0;
        RolloutInfo info;
        do
        {
            await BeatAsync(shards, 0, active, number => tasks[number], (number, order) => tasks[number] = order.Rollout is { } name ? new AgentTaskReport(name, order.Token, AgentTaskState.Running) : tasks[number], "pilot");
            beats += active;
            AgentCounts now = await CountsAsync(shards);
            (inFlight, stuck) = (Math.Max(inFlight, now.Running), stuck + now.Stuck);
            for (int number = 0; number < active; number++)
            {
                if (tasks[number] is not { } at)
                    continue;
                // An end that was told is told no more.
                if (at.State != AgentTaskState.Running)
                    tasks[number] = null;
                else if (rounds[number] == RoundsAtWork / 2 && random.Next(KilledEach) == 0)
                    (tasks[number], rounds[number], killed) = (null, (byte)(rounds[number] + 1), killed + 1);
                else if (++rounds[number] >= RoundsAtWork)
                    tasks[number] = at with { State = AgentTaskState.Done };
            }

            info = await rollout.Get();
        }
        while (info.State == "running" && Stopwatch.GetElapsedTime(started) < Longest);
        double rate = beats / Stopwatch.GetElapsedTime(started).TotalSeconds;
        AgentCounts end = await CountsAsync(shards);
        context.Say($"{end.Known:N0} known, {inFlight:N0} at a job at once, {rate:N0} heartbeats/s, {killed:N0} killed and given it again, {end.Done:N0} done, {end.Failed:N0} failed, {stuck + end.Stuck + end.Offered + end.Running:N0} stuck; {Process.GetCurrentProcess().WorkingSet64 >> 20:N0} MiB");
        if (stuck + end.Stuck + end.Offered + end.Running > 0 || info.State != "done")
            context.ExitCode = 1;
        await host.StopAsync();
        return
        [
            new Figure("agents known to one silo", end.Known, "agents", "higher", 1_000_000),
            new Figure("agents at a job at once", inFlight, "agents", "higher", 50_000),
            new Figure("agents stuck", stuck + end.Stuck + end.Offered + end.Running, "agents", "lower", 0),
            new Figure("heartbeats of agents at a job", rate, "beats/s", "higher"),
            new Figure("heartbeats of agents that are new", registered, "beats/s", "higher"),
            new Figure("memory of an agent", heap / known, "B", "lower"),
        ];
    }

    /// <summary>Each agent says that it is there, several at once.</summary>
    /// <returns>Words a second.</returns>
    static async Task<double> BeatAsync(IAgentShardGrain[] shards, int from, int to, Func<int, AgentTaskReport?> task, Action<int, AgentOrder>? heard, string tag = "")
    {
        int next = from - 1;
        async Task CallAsync()
        {
            await Task.Yield();
            for (int number = Interlocked.Increment(ref next); number < to; number = Interlocked.Increment(ref next))
            {
                string name = $"tenant-{number % 1_000}/site-{number % 50_000}/server-{number}";
                AgentOrder order = await shards[AgentShards.Hash(name) % AgentShards.Count].Beat(new AgentBeat(name, "1.0", tag, task(number)));
                heard?.Invoke(number, order);
            }
        }

        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CallAsync()));
        return (to - from) / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static async Task<AgentCounts> CountsAsync(IAgentShardGrain[] shards)
    {
        AgentCounts[] all = await Task.WhenAll(shards.Select(static shard => shard.Counts()));
        return new AgentCounts(all.Sum(static each => each.Known), all.Sum(static each => each.Alive), all.Sum(static each => each.Silent), all.Sum(static each => each.Offered), all.Sum(static each => each.Running), all.Sum(static each => each.Done), all.Sum(static each => each.Failed), all.Sum(static each => each.Stuck), new Dictionary<string, long>());
    }

    static long HeapBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
