using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Hosting;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>What this program is when the chaos starts it again: a silo with counters, or the web process that hosts none.</summary>
static class ChaosRoles
{
    public static async Task<int> RunSiloAsync()
    {
        EndWithParent();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        AddLogs(builder.Logging);
        builder.Services.Configure<SiloOptions>(options => options.SiloName = ChaosSettings.Read(ChaosSettings.Name));
        builder.Services.AddOrrery(silo =>
        {
            silo.AddGrains(typeof(CounterGrain).Assembly);
            silo.AddOrreryStorage(ChaosSettings.Read(ChaosSettings.Store));
            silo.UseCluster(options =>
            {
                Configure(options);
                options.Address = ChaosSettings.Read(ChaosSettings.Address);
                options.AdvertisedAddress = ChaosSettings.Read(ChaosSettings.Advertise);
            });
        });
        return await RunAsync(builder.Build(), static _ => ChaosSettings.Read(ChaosSettings.Advertise));
    }

    public static async Task<int> RunWebAsync()
    {
        EndWithParent();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        AddLogs(builder.Logging);
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddOrreryClusterStore(StorageConnection.Parse(ChaosSettings.Read(ChaosSettings.Store)));
        builder.Services.AddOrreryClient(Configure);
        WebApplication application = builder.Build();
        application.MapPost("/counters/{key}", (string key, IClusterClient grains) => AnswerAsync(grains.GetGrain<ICounterGrain>(key).Increment));
        application.MapGet("/counters/{key}", (string key, IClusterClient grains) => AnswerAsync(grains.GetGrain<ICounterGrain>(key).Read));
        return await RunAsync(application, static host => ((WebApplication)host).Urls.First() + "/");
    }

    static async Task<IResult> AnswerAsync(Func<Task<long>> call)
    {
        try
        {
            return Results.Text((await call()).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (Exception problem)
        {
            // The caller takes every failure for an unknown outcome, so no kind of it may end the process.
            return Results.Text($"{problem.GetType().Name}: {problem.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    static async Task<int> RunAsync(IHost host, Func<IHost, string> addressOf)
    {
        using (host)
        {
            await host.StartAsync();
            Console.WriteLine(ChaosProcess.UpText + addressOf(host));
            await host.WaitForShutdownAsync();
        }

        return Environment.ExitCode;
    }

    static void Configure(ClusterOptions options)
    {
        TimeSpan lease = ChaosSettings.ReadLease();
        options.Lease = lease;
        options.LeaseMargin = lease / 5;
        options.RenewPeriod = lease / 8;
        options.WatchPeriod = lease / 8;
        options.StoreTimeout = lease / 3;
        options.Secret = ChaosSettings.Read(ChaosSettings.Secret);
    }

    static void AddLogs(ILoggingBuilder logs) => logs.SetMinimumLevel(LogLevel.Warning).AddFilter("Orrery", LogLevel.Information).AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
    });

    /// <summary>Standard input ends when the test process does, however it ends.</summary>
    static void EndWithParent() => new Thread(static () =>
    {
        using Stream input = Console.OpenStandardInput();
        while (input.ReadByte() >= 0)
        {
            // Nothing is said there.
        }

        Environment.Exit(1);
    })
    { IsBackground = true, Name = "parent" }.Start();
}
