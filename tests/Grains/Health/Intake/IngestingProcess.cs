using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Grains.Health;
using Orrery.Grains.Health.Intake;
using Orrery.Interfaces;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.Runtime;
using Orrery.Silo;

namespace Orrery.Grains.Tests.Health.Intake;

/// <summary>A real silo on a real folder that takes samples as fast as it can, says which were acknowledged, and stores, commits and lets the log forget all the while.</summary>
static class IngestingProcess
{
    public const string Part = "ingest-until-killed";
    const int Callers = 4;

    public static readonly string[] Servers = [.. Enumerable.Range(0, 9).Select(number => $"acme/berlin/erp-{number}")];

    /// <summary>The first sample's time; sample n is n seconds later.</summary>
    public static DateTimeOffset StartOf(TimeProvider time) => new(time.GetUtcNow().UtcDateTime.Date.AddDays(-1), TimeSpan.Zero);

    public static Process Start(string directory, int first)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(IngestingProcess).Assembly.Location);
        foreach (string argument in new[] { Part, directory, first.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public static async Task<IHost> OpenAsync(string directory)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.AddOrrerySilo(directory);
        builder.Services.Configure<IntakeOptions>(options => options.Partitions = 2);
        builder.Services.Configure<HealthOptions>(options => options.FlushAge = TimeSpan.FromMilliseconds(1));
        builder.Services.Configure<SampleIntakeOptions>(options =>
        {
            options.CommitPeriod = TimeSpan.FromMilliseconds(100);
            options.HoldAge = TimeSpan.FromMilliseconds(300);
            options.SegmentBytes = 64 << 10;
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public static async Task<int> RunAsync(string directory, int first)
    {
        using var host = await OpenAsync(directory);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var intake = new IntakeOptions { Partitions = 2 };
        if (first == 0)
        {
            await grains.GetGrain<ITenantGrain>("acme").Create(new TenantDraft("Acme"));
            await grains.GetGrain<ISiteGrain>("acme/berlin").Create(new SiteDraft("Berlin"));
            foreach (string server in Servers)
                await grains.GetGrain<ISiteGrain>("acme/berlin").EnsureServer(EntityKeys.Leaf(server));
        }

        var start = StartOf(TimeProvider.System);
        int next = first;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                int number = Interlocked.Increment(ref next);
                foreach (var part in Servers.GroupBy(intake.PartitionOf))
                {
                    try
                    {
                        var outcomes = await grains.GetGrain<ISampleIntakeGrain>($"{part.Key}").Append(
                            [.. part.Select(server => new ServerSamples(server, Samples.One("m", start.AddSeconds(number), number, ("filler", new string('x', 200)))))]);
                        if (outcomes.Any(outcome => outcome.Accepted != 1))
                            Console.WriteLine($"wrong {number} {string.Join(' ', outcomes)}");
                        else
                            Console.WriteLine($"taken {number} {part.Key}");
                    }
                    catch (OverloadedException refused)
                    {
                        Console.WriteLine($"refused {number} {refused.Message}");
                    }
                }
            }
        })));
        return 0;
    }
}
