using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Health.Intake;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Runtime;

namespace Orrery.Grains.Tests.Health.Intake;

public sealed class SampleIntakeTests
{
    [Fact]
    public async Task One_call_carries_many_servers_and_answers_each_in_order()
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        var now = fleet.Time.GetUtcNow();
        var outcomes = await Intake(fleet).Append(
        [
            new("acme/a/1", Samples.One("m", now, 1)),
            new("acme/a/2", Samples.Of(("m", [], [(now, 1), (now.AddSeconds(1), 2)]), ("n", [], [(now, 3)]))),
            new("acme/a/1", Samples.One("m", now, 1)),
            new("acme/a/3", Samples.Of(("m", [], [(now.AddYears(1), 1), (now.AddYears(-1), 1)]))),
        ]);

        outcomes.ShouldBe([new(1, 0, 0, 0, 0), new(3, 0, 0, 0, 0), new(0, 1, 0, 0, 0), new(0, 0, 1, 1, 0)]);
        (await Intake(fleet).Append([])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_was_restarted_between_two_batches_gets_what_it_lost_again()
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        const string server = "acme/a/1";
        await fleet.AddServerAsync(server);
        var start = fleet.Time.GetUtcNow();
        for (int round = 0; round < 5; round++)
            await Intake(fleet).Append([new(server, Samples.One("m", start.AddSeconds(round * 10), round))]);
        // A write that fails ends the activation, and memory goes with it.
        fleet.Storage.FailWritesOf("serverhealth");
        await Should.ThrowAsync<Exception>(() => fleet.Health(server).Checkpoint(0));
        fleet.Storage.FailWritesOf(null);

        await Should.ThrowAsync<OverloadedException>(() => Intake(fleet).Append([new(server, Samples.One("m", start.AddSeconds(50), 5))]));
        await fleet.UntilAsync("the server to catch up", async () => (await fleet.ValuesAsync(server, "m", start, start.AddSeconds(50), TimeSpan.FromSeconds(10))).Length == 6, TimeSpan.FromMinutes(1));

        (await Intake(fleet).Append([new(server, Samples.One("m", start.AddSeconds(60), 6))]))[0].Accepted.ShouldBe(1);
        (await fleet.ValuesAsync(server, "m", start, start.AddSeconds(60), TimeSpan.FromSeconds(10))).ShouldBe([0, 1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task A_server_that_cannot_take_samples_does_not_hinder_the_others()
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        fleet.Storage.FailClaimsOf("serverhealth", "acme/a/1");
        var now = fleet.Time.GetUtcNow();

        await Should.ThrowAsync<OverloadedException>(() => Intake(fleet).Append([new("acme/a/1", Samples.One("m", now, 1))]));
        (await Intake(fleet).Append([new("acme/a/2", Samples.One("m", now, 1))]))[0].Accepted.ShouldBe(1);
        (await Intake(fleet).Append([new("acme/a/2", Samples.One("m", now.AddSeconds(1), 2))]))[0].Accepted.ShouldBe(1);
        (await fleet.ValuesAsync("acme/a/2", "m", now, now.AddSeconds(1), TimeSpan.FromSeconds(1))).ShouldBe([1, 2]);
        fleet.Storage.FailClaimsOf(null, null);

        await fleet.UntilAsync("the other to catch up", async () => (await fleet.ValuesAsync("acme/a/1", "m", now, now, TimeSpan.FromSeconds(1))).Length == 1, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_damaged_batch_is_passed_over_and_holds_nothing_up()
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        var now = fleet.Time.GetUtcNow();

        (await Intake(fleet).Append([new("acme/a/1", new byte[] { 9, 9, 9 })]))[0].ShouldBe(default);
        (await Intake(fleet).Append([new("acme/a/1", Samples.One("m", now, 1))]))[0].Accepted.ShouldBe(1);
        await fleet.CrashAsync();
        await Intake(fleet).CatchUp();

        (await fleet.ValuesAsync("acme/a/1", "m", now, now, TimeSpan.FromSeconds(1))).ShouldBe([1]);
    }

    [Fact]
    public async Task Too_many_bytes_in_flight_are_refused_as_overloaded_and_one_call_alone_is_taken()
    {
        await using var fleet = await TestFleet.StartAsync(services =>
        {
            OnePartition(services);
            services.Configure<SampleIntakeOptions>(options => (options.BytesInFlightMax, options.CallBytesMax) = (100, 1_000_000));
        });
        var now = fleet.Time.GetUtcNow();
        byte[] large = Samples.Of(("m", [], [.. Enumerable.Range(0, 100).Select(second => (now.AddSeconds(second), 1.0))]));
        large.Length.ShouldBeGreaterThan(100);

        var calls = Enumerable.Range(0, 50).Select(number => Intake(fleet).Append([new($"acme/a/{number}", large)])).ToList();
        var ended = await Task.WhenAll(calls.Select(async call =>
        {
            try
            {
                return (await call)[0].Accepted == 100;
            }
            catch (OverloadedException)
            {
                return false;
            }
        }));

        ended.ShouldContain(true);
        ended.ShouldContain(false);
        (await Intake(fleet).Append([new("acme/a/x", large)]))[0].Accepted.ShouldBe(100);
        (await Should.ThrowAsync<InvalidInputException>(() => Intake(fleet).Append([new("acme/a/x", new byte[1_000_001])]))).Message.ShouldContain("1000000");
    }

    [Fact]
    public async Task Servers_that_hold_the_log_back_by_bytes_are_made_to_store()
    {
        await using var fleet = await TestFleet.StartAsync(services =>
        {
            OnePartition(services);
            services.Configure<SampleIntakeOptions>(options => options.HoldBytes = 1_000);
        });
        await fleet.AddServerAsync("acme/a/1");
        await Intake(fleet).Append([new("acme/a/1", Samples.One("m", fleet.Time.GetUtcNow(), 1))]);
        for (int number = 0; number < 50; number++)
            await Intake(fleet).Append([new("acme/a/2", Samples.One("m", fleet.Time.GetUtcNow().AddSeconds(number), 1))]);

        await fleet.UntilAsync("the chunk", async () => (await fleet.Chunks.ListAsync("acme/a/1", Orrery.Storage.Chunks.ChunkKind.Raw, 0, long.MaxValue, CancellationToken.None)).Count == 1, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task An_intake_beyond_the_partitions_is_refused()
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Grains.GetGrain<ISampleIntakeGrain>("1").CatchUp());
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Grains.GetGrain<ISampleIntakeGrain>("x").CatchUp());
    }

    /// <summary>Many servers, crashes at random moments, calls under way: every acknowledged sample is there afterwards.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_crashes_every_acknowledged_sample_is_there(int seed)
    {
        await using var fleet = await TestFleet.StartAsync(OnePartition);
        var random = new Random(seed);
        var start = fleet.Time.GetUtcNow();
        string[] servers = [.. Enumerable.Range(0, 7).Select(number => $"acme/a/{number}")];
        var acknowledged = servers.ToDictionary(server => server, _ => new HashSet<int>());
        int tick = 0;
        for (int round = 0; round < 40; round++)
        {
            var calls = new List<Task>();
            for (int call = 0; call < 5; call++)
            {
                int second = tick++;
                var chosen = servers.Where(_ => random.Next(2) == 0).ToArray();
                calls.Add(SendAsync(chosen, second));
            }

            int what = random.Next(8);
            if (what == 0)
                await fleet.CrashAsync();
            else if (what == 1)
                await fleet.RestartAsync();
            else if (what == 2)
                await fleet.Health(servers[random.Next(servers.Length)]).Checkpoint(0);
            else if (what == 3)
                await fleet.PassAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(5));
            await Task.WhenAll(calls);
        }

        await fleet.CrashAsync();
        await Intake(fleet).CatchUp();
        foreach (string server in servers)
        {
            double[] values = await fleet.ValuesAsync(server, "m", start, start.AddSeconds(tick), TimeSpan.FromSeconds(1));
            acknowledged[server].Except(values.Select(value => (int)value)).ShouldBeEmpty($"{server}, seed {seed}");
        }

        acknowledged.Values.Sum(set => set.Count).ShouldBeGreaterThan(100);

        async Task SendAsync(string[] chosen, int second)
        {
            try
            {
                await Intake(fleet).Append([.. chosen.Select(server => new ServerSamples(server, Samples.One("m", start.AddSeconds(second), second)))]);
                foreach (string server in chosen)
                    lock (acknowledged)
                        acknowledged[server].Add(second);
            }
            catch (Exception refused) when (refused is OverloadedException or SiloUnavailableException or InvalidOperationException or ObjectDisposedException or TimeoutException)
            {
                // Not acknowledged.
            }
        }
    }

    static void OnePartition(IServiceCollection services) => services.Configure<IntakeOptions>(options => options.Partitions = 1);

    static ISampleIntakeGrain Intake(TestFleet fleet) => fleet.Grains.GetGrain<ISampleIntakeGrain>("0");
}
