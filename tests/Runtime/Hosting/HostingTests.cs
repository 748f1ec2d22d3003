using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Testing;
using Orrery.Runtime.Tests.Calls;

namespace Orrery.Runtime.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public async Task A_host_starts_and_stops_its_silo_and_finds_the_grains_of_its_own_program()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.AddMemoryGrainStorageAsDefault());
        using var host = builder.Build();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IWorkerGrain>("a");
        (await Should.ThrowAsync<SiloUnavailableException>(() => grain.Work(Clusters.Signal(), Task.CompletedTask))).Message.ShouldContain("it has not started");
        await host.StartAsync();
        await grain.Work(Clusters.Signal(), Task.CompletedTask).Soon();
        host.Services.GetRequiredService<IClusterClient>().ServiceProvider.ShouldBeSameAs(host.Services.GetRequiredService<IClusterClient>().ServiceProvider);
        host.Services.GetRequiredService<ISiloStatistics>().Read().Activations.ShouldBe(1);
        await host.StopAsync();
        await Should.ThrowAsync<SiloUnavailableException>(() => grain.Work(Clusters.Signal(), Task.CompletedTask).Soon());
    }

    [Fact]
    public async Task Everything_wrong_with_the_options_is_shown_at_once_at_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrrery(silo => silo.Configure<SiloOptions>(options =>
        {
            options.MailboxLimit = 0;
            options.ResponseTimeout = TimeSpan.Zero;
            options.CollectionAge = TimeSpan.FromSeconds(1);
            options.SiloName = " ";
        }));
        using var host = builder.Build();
        var error = await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync());
        error.Failures.Count().ShouldBe(4);
        error.Message.ShouldContain("SiloOptions.MailboxLimit is 0; it has to be at least 1.");
    }

    [Fact]
    public void The_defaults_of_all_options_are_valid()
    {
        new SiloOptionsValidator().Validate(null, new SiloOptions()).Succeeded.ShouldBeTrue();
        new ReminderOptionsValidator().Validate(null, new ReminderOptions()).Succeeded.ShouldBeTrue();
        ClusterErrors(new ClusterOptions()).ShouldBeEmpty();
    }

    [Fact]
    public void Everything_wrong_with_a_clusters_options_is_said_with_the_bound_that_was_broken()
    {
        var errors = ClusterErrors(new ClusterOptions
        {
            Address = "everywhere",
            Lease = TimeSpan.FromSeconds(2),
            LeaseMargin = TimeSpan.FromSeconds(3),
            RenewPeriod = TimeSpan.FromSeconds(1),
            StoreTimeout = TimeSpan.FromSeconds(2),
            ParkedCallsLimit = 0,
            Secret = "short",
        });
        string[] wrong = ["Address is \"everywhere\"", "LeaseMargin is 00:00:03", "RenewPeriod is 00:00:01", "WatchPeriod is 00:00:01", "StoreTimeout is 00:00:02", "ParkedCallsLimit is 0", "Secret.Length is 5"];
        errors.Length.ShouldBe(wrong.Length);
        foreach (string part in wrong) errors.ShouldContain(error => error.StartsWith($"ClusterOptions.{part}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1:0", null, true)]
    [InlineData("localhost:7000", null, true)]
    [InlineData("[::1]:7000", null, true)]
    [InlineData("0.0.0.0:7000", "10.0.0.7:7000", false)]
    [InlineData("127.0.0.1:7000", "silo.example:7000", false)]
    public void A_silo_that_other_machines_reach_needs_a_secret(string address, string? advertised, bool isFine)
    {
        ClusterErrors(new ClusterOptions { Address = address, AdvertisedAddress = advertised }).Length.ShouldBe(isFine ? 0 : 1);
        ClusterErrors(new ClusterOptions { Address = address, AdvertisedAddress = advertised, Secret = "sixteen-or-more-characters" }).ShouldBeEmpty();
    }

    private static string[] ClusterErrors(ClusterOptions options) => [.. new ClusterOptionsValidator(Options.Create(new TransportOptions())).Validate(null, options).Failures ?? []];

    [Fact]
    public async Task The_meter_counts_grains_and_calls_and_measures_durations()
    {
        await using var cluster = await Clusters.StartAsync();
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        var meters = cluster.Silo.ServiceProvider.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters)) self.EnableMeasurementEvents(instrument);
        };
        void Add(Instrument instrument, double value)
        {
            lock (seen) seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value;
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Add(instrument, 1));
        listener.Start();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", "Orrery.Runtime.Tests.Calls.ProbeGrain");
        for (int calls = 0; calls < 100; calls++) await grain.Add(1);
        await Should.ThrowAsync<IOException>(async () => await grain.ThrowAtOnce(new IOException()));
        listener.RecordObservableInstruments();
        seen["orrery.grain.activations"].ShouldBe(1);
        seen["orrery.grain.activations.created"].ShouldBe(1);
        seen["orrery.grain.calls"].ShouldBe(101);
        seen["orrery.grain.call.duration"].ShouldBeGreaterThan(0);
        seen["orrery.grain.calls.overloaded"].ShouldBe(0);
        var methods = cluster.Silo.Statistics.Methods.ToDictionary(method => method.Method);
        methods["Add"].Calls.ShouldBe(100);
        methods["Add"].MeanDuration.ShouldBeGreaterThan(TimeSpan.Zero);
        methods["ThrowAtOnce"].CallsFailed.ShouldBe(1);
    }

    [Fact]
    public async Task Turns_run_on_the_task_scheduler_that_was_given()
    {
        var scheduler = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        await using var cluster = await Clusters.StartAsync(options => options.TurnScheduler = scheduler);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", "Orrery.Runtime.Tests.Calls.ProbeGrain");
        (await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(grain.AddCarefully))).Soon()).Max().ShouldBe(100);
    }

    [Fact]
    public void A_manual_clock_runs_timers_at_their_own_times_and_in_order()
    {
        var time = new ManualTimeProvider();
        var start = time.GetUtcNow();
        var fired = new List<(string Name, double Seconds)>();
        void Note(object? name) => fired.Add(((string)name!, (time.GetUtcNow() - start).TotalSeconds));
        using var late = time.CreateTimer(Note, "late", TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using var every = time.CreateTimer(Note, "every", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        var never = time.CreateTimer(Note, "never", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        never.Dispose();
        time.Advance(TimeSpan.FromSeconds(6.5));
        fired.ShouldBe([("every", 2), ("every", 4), ("late", 5), ("every", 6)]);
        time.GetElapsedTime(start.Ticks).ShouldBe(TimeSpan.FromSeconds(6.5));
    }
}
