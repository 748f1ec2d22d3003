using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Silo;
using Orrery.Storage.Sqlite;
using Orrery.WebApi;

namespace Orrery.Cli.Hosting;

/// <summary>One process of the product: a silo, the API and portal, or both; alone or in a cluster.</summary>
sealed class OrreryServer : IAsyncDisposable
{
    static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>A silo of a cluster gives its shards away before it ends.</summary>
    static readonly TimeSpan ClusterShutdownTimeout = TimeSpan.FromSeconds(75);

    readonly IHost host;

    OrreryServer(IHost host, bool hasPortal)
    {
        this.host = host;
        HasPortal = hasPortal;
        WebAddress = host.Services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
            ? new Uri(address.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal))
            : null;
    }

    /// <summary>Where the API listens: the first address, as this machine reaches it. Null where the process has no API.</summary>
    public Uri? WebAddress { get; }

    /// <summary>Where the API listens.</summary>
    public Uri Address => WebAddress ?? throw new InvalidOperationException("This process has no API.");

    /// <summary>Whether the portal's built files stand beside the program.</summary>
    public bool HasPortal { get; }

    public IServiceProvider Services => host.Services;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts it, or says in one sentence on standard error why it cannot and returns null.</summary>
    public static async Task<OrreryServer?> TryStartAsync(ServerPlan plan, CancellationToken cancellationToken)
    {
        IHost? host = null;
        bool isMade = false;
        try
        {
            plan.Data?.Create();
            RefuseClustersFolder(plan);
            string portal = Path.Combine(AppContext.BaseDirectory, "portal");
            bool hasPortal = Directory.Exists(portal);
            host = plan.Urls is null ? BuildWithoutWeb(plan) : BuildWithWeb(plan, hasPortal ? portal : null);
            // Made first: what cannot even be made cannot be stopped either.
            _ = host.Services.GetServices<IHostedService>().ToList();
            isMade = true;
            await host.StartAsync(cancellationToken);
            return new OrreryServer(host, hasPortal);
        }
        catch (Exception problem) when (problem is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"orrery: cannot start{(plan.ToString() is { Length: > 0 } what ? " " + what : "")}: {StartFailure.Reason(problem)}");
            if (isMade)
                await EndAsync(host!);
            else
                host?.Dispose();
            return null;
        }
    }

    /// <summary>Waits for Ctrl-C or SIGTERM, then ends: requests first, then grains with their state stored.</summary>
    /// <returns>The process's exit code: 0 unless the silo had to give up.</returns>
    public async Task<int> RunUntilStoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await host.WaitForShutdownAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The command line was cancelled by Ctrl-C: the same as a stop.
        }

        await host.StopAsync(CancellationToken.None);
        if (Environment.ExitCode == 0)
            Console.WriteLine("Stopped; everything acknowledged is stored.");
        return Environment.ExitCode;
    }

    public async ValueTask DisposeAsync() => await EndAsync(host);

    static async Task EndAsync(IHost host)
    {
        await host.StopAsync(CancellationToken.None);
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }

    /// <summary>A process that is alone would find the cluster's rows newer than its own, and be refused one by one.</summary>
    static void RefuseClustersFolder(ServerPlan plan)
    {
        if (plan is not { Cluster: null, Data: { } data })
            return;
        if (File.Exists(Path.Combine(data.FullName, SqliteClusterStore.DefaultFileName)))
            throw new InvalidOperationException(
                $"the folder belongs to a cluster ({SqliteClusterStore.DefaultFileName} is in it). Start with --cluster sqlite:{Path.Combine(data.FullName, SqliteStorageOptions.DefaultFileName)}, a demo with --silos, or choose another --data.");
    }

    static IHost BuildWithWeb(ServerPlan plan, string? portal)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseSetting("urls", plan.Urls!);
        AddCommon(builder, plan);
        builder.AddOrreryApi(options =>
        {
            options.PortalDirectory = portal;
            options.DataDirectory = plan.Data?.FullName;
            options.AgentPackageDirectory = plan.Data is { } data ? Path.Combine(data.FullName, "agent-packages") : null;
        });
        builder.Services.Configure<OrreryApiOptions>(builder.Configuration.GetSection("Orrery:Api"));
        WebApplication application = builder.Build();
        application.MapOrreryApi();
        return application;
    }

    static IHost BuildWithoutWeb(ServerPlan plan)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true).AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddSimpleConsole();
        AddCommon(builder, plan);
        return builder.Build();
    }

    static void AddCommon(IHostApplicationBuilder builder, ServerPlan plan)
    {
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = plan.Cluster is null ? ShutdownTimeout : ClusterShutdownTimeout);
        if (plan.EndsWithInput)
            builder.Services.AddSingleton<IHostLifetime, SupervisedLifetime>();
        Telemetry.AddWhereAsked(builder, plan.Cluster?.SiloName ?? Environment.MachineName);
        if (plan.HostsSilo)
            builder.AddOrrerySilo(plan.Data!.FullName, plan.Cluster, plan.Log);
        else
            builder.AddOrreryClusterClient(plan.Cluster!);
    }
}
