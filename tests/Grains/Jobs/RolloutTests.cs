using Orrery.Grains.Jobs.Rollouts;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs.Rollouts;

namespace Orrery.Grains.Tests.Jobs;

/// <summary>Agents in compact rows, and roll-outs in waves over them.</summary>
public sealed class RolloutTests
{
    const int Agents = 1_000;

    [Fact]
    public async Task A_version_reaches_all_agents_in_waves_each_behind_the_one_before()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        var agents = new Fleet(fleet);
        await agents.BeatAllAsync();
        IRolloutGrain rollout = fleet.Grains.GetGrain<IRolloutGrain>("v2");
        RolloutInfo begun = await rollout.Start(new RolloutSpec { Version = "2.0", Waves = [new RolloutStep(0, "pilot", 1), new RolloutStep(10, "", 1), new RolloutStep(100, "", 1)] }, "ann");
        (begun.State, begun.Wave, begun.Counts.Offered).ShouldBe(("running", 1, 10));
        await Should.ThrowAsync<ConflictException>(() => rollout.Start(new RolloutSpec { Version = "2.0", Waves = [new RolloutStep(1, "", 1)] }, "ann"));
        var sizes = new Dictionary<int, long>();
        await fleet.UntilAsync("all have it", async () =>
        {
            await agents.BeatAllAsync();
            RolloutInfo info = await rollout.Get();
            sizes[info.Wave] = info.Counts.All;
            return info.State == "done";
        }, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(20));
        sizes[1].ShouldBe(10);
        sizes[2].ShouldBeInRange(60, 160);
        sizes[3].ShouldBe(Agents);
        (await agents.CountsAsync()).ShouldSatisfyAllConditions(counts => counts.Versions.ShouldBe(new Dictionary<string, long> { ["2.0"] = Agents }), counts => counts.Stuck.ShouldBe(0), counts => counts.Done.ShouldBe(Agents));
    }

    [Fact]
    public async Task Where_too_many_fail_a_roll_out_stops_and_offers_nothing_more()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        var agents = new Fleet(fleet) { Fails = static number => number % 10 == 0 };
        await agents.BeatAllAsync();
        IRolloutGrain rollout = fleet.Grains.GetGrain<IRolloutGrain>("bad");
        await rollout.Start(new RolloutSpec { Definition = """{"kind":"verify","from":"sqlite:/a.db","to":"sqlite:/b.db"}""", Waves = [new RolloutStep(20, "", 1), new RolloutStep(100, "", 1)], FailedPercentMax = 3 }, "ann");
        await fleet.UntilAsync("it stops", async () =>
        {
            await agents.BeatAllAsync();
            return (await rollout.Get()).State != "running";
        }, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(20));
        RolloutInfo stopped = await rollout.Get();
        (stopped.State, stopped.Wave).ShouldBe(("stopped", 1));
        stopped.Reason.ShouldNotBeNull().ShouldContain("failed");
        (await agents.CountsAsync()).Offered.ShouldBe(0);
        await agents.BeatAllAsync();
        agents.Taken.ShouldBeLessThan(Agents / 2);
    }

    [Fact]
    public async Task What_an_agent_does_not_end_is_offered_again_and_fails_by_its_deadline_and_a_crash_loses_no_agent()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        const string agent = "acme/berlin/erp-01";
        IAgentShardGrain shard = fleet.Grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(agent));
        (await shard.Beat(new AgentBeat(agent, "1.0", "", null))).Rollout.ShouldBeNull();
        await shard.Begin(new RolloutWave("job", 1, 100, "", "acme/", null, "{}", fleet.Time.GetUtcNow() + TimeSpan.FromMinutes(30)));
        AgentOrder order = await shard.Beat(new AgentBeat(agent, "1.0", "", null));
        (order.Rollout, order.Token).ShouldBe(("job", 1u));
        await fleet.UntilAsync("it is offered again", async () => (await shard.Progress("job")).Offered == 1, TimeSpan.FromMinutes(5));
        order = await shard.Beat(new AgentBeat(agent, "1.0", "", null));
        order.Token.ShouldBe(2u);
        await shard.Beat(new AgentBeat(agent, "1.0", "", new AgentTaskReport("job", 1, AgentTaskState.Done)));
        (await shard.Progress("job")).Done.ShouldBe(0, "an earlier token is not heard");
        await fleet.UntilAsync("its row is stored", async () => { await shard.Counts(); return true; }, TimeSpan.FromMinutes(2));
        await fleet.RestartAsync();
        shard = fleet.Grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(agent));
        (await shard.Counts()).Known.ShouldBe(1);
        await fleet.UntilAsync("it fails", async () => (await shard.Progress("job")).Failed == 1, TimeSpan.FromHours(2), TimeSpan.FromSeconds(30));
        (await shard.Counts()).ShouldSatisfyAllConditions(counts => counts.Stuck.ShouldBe(0), counts => counts.Silent.ShouldBe(1));
    }

    [Fact]
    public void A_table_of_agents_is_read_as_it_was_written()
    {
        var table = new AgentTable();
        for (int number = 0; number < 5_000; number++)
            table.At(table.FindOrAdd($"tenant/site-{number % 7}/server-{number}")).Token = (uint)number;
        AgentTable read = AgentTable.Read(table.ToBytes());
        read.Count.ShouldBe(5_000);
        for (int number = 0; number < 5_000; number++)
            read.At(read.Find($"tenant/site-{number % 7}/server-{number}")).Token.ShouldBe((uint)number);
        read.Find("nobody").ShouldBe(-1);
        read.FindOrAdd("somebody").ShouldBe(5_000);
        Should.Throw<InvalidDataException>(() => AgentTable.Read(new byte[9]));
    }

    /// <summary>Agents that do what they are told.</summary>
    sealed class Fleet(TestFleet fleet)
    {
        readonly string[] versions = [.. Enumerable.Repeat("1.0", Agents)];
        readonly AgentTaskReport?[] tasks = new AgentTaskReport?[Agents];

        public Func<int, bool> Fails { get; init; } = static _ => false;

        public int Taken { get; private set; }

        public async Task BeatAllAsync()
        {
            AgentOrder[] orders = await Task.WhenAll(Enumerable.Range(0, Agents).Select(number => Shard(number).Beat(new AgentBeat(Name(number), versions[number], number % 100 == 0 ? "pilot" : "", tasks[number]))));
            for (int number = 0; number < Agents; number++)
            {
                tasks[number] = tasks[number] is { State: AgentTaskState.Running } at ? at with { State = Fails(number) ? AgentTaskState.Failed : AgentTaskState.Done } : null;
                if (orders[number].Rollout is not { } rollout)
                    continue;
                Taken++;
                if (orders[number].Version is { } version)
                    versions[number] = version;
                else
                    tasks[number] = new AgentTaskReport(rollout, orders[number].Token, AgentTaskState.Running);
            }
        }

        public async Task<AgentCounts> CountsAsync()
        {
            AgentCounts[] all = await Task.WhenAll(Enumerable.Range(0, AgentShards.Count).Select(shard => fleet.Grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(shard)).Counts()));
            return new AgentCounts(all.Sum(each => each.Known), all.Sum(each => each.Alive), all.Sum(each => each.Silent), all.Sum(each => each.Offered), all.Sum(each => each.Running), all.Sum(each => each.Done), all.Sum(each => each.Failed), all.Sum(each => each.Stuck), all.SelectMany(each => each.Versions).GroupBy(each => each.Key).ToDictionary(each => each.Key, each => each.Sum(one => one.Value)));
        }

        IAgentShardGrain Shard(int number) => fleet.Grains.GetGrain<IAgentShardGrain>(AgentShards.KeyOf(Name(number)));

        static string Name(int number) => $"tenant-{number % 20}/site-{number % 50}/server-{number}";
    }
}
