using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Orrery.Bench.Harness;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Hosting;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Reminders;

/// <summary>
/// 10,000 reminders due in one instant on three silo processes, of which one is killed in that instant. Afterwards every grain is asked what it has applied,
/// and the ledger what became of the fires. Recovery is when survivors own every shard of the dead one.
/// </summary>
static class RemindersBench
{
    const string GrainType = "bench-due";
    const int Reminders = 10_000;
    const int Silos = 3;
    const int WarmGrains = 500;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (context.Options.Find("serve") is { } name)
        {
            await ServeAsync(name, context.Options.Find("store")!);
            return [];
        }

        var rounds = new List<Round>();
        for (int round = 0; round < context.Runs; round++)
        {
            // On the dot, and while fires are under way.
            rounds.Add(await RunRoundAsync(context, round, TimeSpan.FromMilliseconds(round * 120)));
            context.Say($"round {round}: {rounds[^1]}");
        }

        if (rounds.Any(round => round.Lost + round.Twice + round.Unaccounted > 0)) context.ExitCode = 1;
        return
        [
            new Figure("lost", rounds.Sum(round => round.Lost), "fires", "lower", 0),
            new Figure("applied twice", rounds.Sum(round => round.Twice), "fires", "lower", 0),
            new Figure("without account in the ledger", rounds.Sum(round => round.Unaccounted), "fires", "lower", 0),
            new Figure("all fired, after recovery", rounds.Max(round => round.FiredSeconds - round.RecoveredSeconds), "s", "lower", 5),
            new Figure("all fired, after the kill", rounds.Max(round => round.FiredSeconds), "s", "lower"),
            new Figure("recovery, after the kill", rounds.Max(round => round.RecoveredSeconds), "s", "lower"),
            new Figure("repeats recognised", rounds.Sum(round => round.Recognised), "fires", "lower"),
        ];
    }

    static async Task<Round> RunRoundAsync(BenchContext context, int round, TimeSpan killAfter)
    {
        bool ownsServer = context.Options.Find("store") == "postgres";
        await using var server = ownsServer ? await PostgreSqlServer.Start() : null;
        string folder = Path.Combine(context.Scratch, $"round-{round}");
        Directory.CreateDirectory(folder);
        string store = server is not null ? $"postgres:{server.ConnectionString}" : context.Options.Find("store") ?? $"sqlite:{folder}/orrery.db?shared=true";
        using var host = BuildClient(store);
        var silos = await Task.WhenAll(Enumerable.Range(0, Silos).Select(number => StartSiloAsync($"silo-{number}", store)));
        await host.StartAsync(); // once there is a silo that tells it which grains there are
        var table = host.Services.GetRequiredService<IReminderTable>();
        try
        {
            // Silos that have served before: each has opened its store of grain state.
            await ReadAllAsync(host.Services.GetRequiredService<IGrainFactory>(), WarmGrains);
            var due = Ceiling(DateTimeOffset.UtcNow.AddSeconds(6));
            await RegisterAsync(table, due);
            return await MeasureAsync(host.Services, table, silos[^1], due, killAfter);
        }
        finally
        {
            foreach (var silo in silos)
            {
                silo.Kill();
                await silo.WaitForExitAsync();
                silo.Dispose();
            }

            await host.StopAsync();
        }
    }

    static async Task<Round> MeasureAsync(IServiceProvider services, IReminderTable table, Process victim, DateTimeOffset due, TimeSpan killAfter)
    {
        while (DateTimeOffset.UtcNow < due + killAfter) await Task.Delay(1);
        victim.Kill();
        long killed = Stopwatch.GetTimestamp();
        int waitingAtKill = (await table.ReadDueAsync(null, due, Reminders, default)).Count;
        var cluster = services.GetRequiredService<IClusterStore>();
        double recovered = 0, fired = 0;
        while (recovered == 0 || fired == 0)
        {
            if (Stopwatch.GetElapsedTime(killed) > Patience) break;
            if (recovered == 0 && await IsRecoveredAsync(cluster)) recovered = Stopwatch.GetElapsedTime(killed).TotalSeconds;
            if (fired == 0 && (await table.ReadDueAsync(null, due, 1, default)).Count == 0) fired = Stopwatch.GetElapsedTime(killed).TotalSeconds;
            await Task.Delay(20);
        }

        var counts = await ReadAllAsync(services.GetRequiredService<IGrainFactory>(), Reminders);
        var ledger = (await services.GetRequiredService<IReminderLedger>().ReadAsync()).Single(type => type.GrainType == GrainType);
        double never = Patience.TotalSeconds;
        return new Round(counts.Count(count => count.Applied == 0), counts.Count(count => count.Applied > 1), counts.Sum(count => count.Recognised),
            Math.Abs(ledger.Due - ledger.Ran - ledger.Failed - ledger.Missed) + ledger.Lost + ledger.Failed + ledger.Missed, ledger.Repeated, ledger.Failed, ledger.Missed, ledger.Waiting,
            recovered == 0 ? never : recovered, fired == 0 ? never : fired, waitingAtKill);
    }

    /// <summary>The dead silo owns nothing any more, as the store says.</summary>
    static async Task<bool> IsRecoveredAsync(IClusterStore cluster)
    {
        var snapshot = await cluster.ReadAsync(-1, default);
        var live = snapshot.Members.Where(member => member.IsLive).Select(member => member.Id).ToHashSet();
        return live.Count == Silos - 1 && snapshot.Shards!.All(shard => shard.Owner is { } owner && live.Contains(owner));
    }

    static async Task<DueCounts[]> ReadAllAsync(IGrainFactory factory, int grains)
    {
        var counts = new DueCounts[grains];
        await Parallel.ForEachAsync(Enumerable.Range(0, grains), new ParallelOptions { MaxDegreeOfParallelism = 200 },
            async (number, _) => counts[number] = await factory.GetGrain<IDueGrain>(KeyOf(number)).Read());
        return counts;
    }

    static async Task RegisterAsync(IReminderTable table, DateTimeOffset due) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, Reminders), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (number, cancellationToken) =>
            await table.UpsertAsync(new ReminderRow
            {
                Key = new ReminderKey(GrainType, KeyOf(number), "due"), Shard = GrainShards.Of(GrainType, KeyOf(number)), Term = 0,
                FirstDue = due, NextDue = due, Period = TimeSpan.FromHours(1),
            }, cancellationToken));

    static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"due-{number}");

    static DateTimeOffset Ceiling(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    static async Task<Process> StartSiloAsync(string name, string store)
    {
        var silo = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(RemindersBench).Assembly.Location, "reminders", $"--serve={name}", $"--store={store}"])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        await silo.StandardOutput.ReadLineAsync();
        return silo;
    }

    static async Task ServeAsync(string name, string store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddSimpleConsole(options => options.SingleLine = true).AddFilter(null, LogLevel.Error);
        builder.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.UseOrrery(silo => silo.AddGrains(typeof(RemindersBench).Assembly)
            .AddOrreryStorage(store)
            .Configure<SiloOptions>(options => options.SiloName = name)
            .Configure<ReminderOptions>(options => options.ScanPeriod = TimeSpan.FromSeconds(2))
            .UseCluster(static _ => { }));
        using var host = builder.Build();
        await host.StartAsync();
        var cluster = host.Services.GetRequiredService<IClusterStore>();
        while ((await cluster.ReadAsync(-1, default)).Members.Count(member => member.IsLive) < Silos) await Task.Delay(20);
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
    }

    static IHost BuildClient(string store)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddOrreryStorage(StorageConnection.Parse(store));
        builder.Services.AddOrreryClient(static _ => { });
        return builder.Build();
    }

    sealed record Round(int Lost, int Twice, int Recognised, long Unaccounted, long Repeated, long Failed, long Missed, long Waiting, double RecoveredSeconds, double FiredSeconds, int WaitingAtKill)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{WaitingAtKill} waited at the kill; recovered after {RecoveredSeconds:F2} s, all fired after {FiredSeconds:F2} s; {Lost} lost, {Twice} applied twice, {Failed} failed, {Missed} missed, {Waiting} wait, {Repeated} repeated, {Recognised} recognised");
    }
}
