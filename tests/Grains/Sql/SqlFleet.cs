using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Channels;
using Orrery.Grains.Secrets;
using Orrery.Grains.Sql;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sql;
using Orrery.Interfaces.Tenants;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Tests.Sql;

/// <summary>A silo with a tenant whose views are asked; it can be killed and started again on what is stored.</summary>
sealed class SqlFleet : IAsyncDisposable
{
    public const string Tenant = "acme";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Look = TimeSpan.FromMilliseconds(50);

    const int DeletesMax = 100;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-sql-");
    readonly InProcessTestCluster cluster;

    SqlFleet(Action<SqlOptions>? configure, Action<IServiceCollection>? services, IFencedGrainStorage? storage, short silos, TimeProvider? time)
    {
        var builder = new InProcessTestClusterBuilder { InitialSilosCount = silos };
        if (silos > 1)
        {
            builder.ConfigureCluster(options =>
            {
                options.Lease = TimeSpan.FromSeconds(2);
                options.LeaseMargin = TimeSpan.FromMilliseconds(500);
                options.RenewPeriod = options.WatchPeriod = TimeSpan.FromMilliseconds(200);
                options.StoreTimeout = TimeSpan.FromSeconds(1);
            });
        }

        if (time is not null)
            builder.UseTime(time);
        builder.UseStorage(storage ?? new MemoryGrainStorage()).AddGrains(typeof(GrainServices).Assembly).ConfigureSiloHost(host =>
        {
            host.Logging.AddProvider(Logs);
            host.Services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = Path.Combine(folder.FullName, "log") });
            host.Services.AddSingleton<IChunkStore>(new MemoryChunkStore());
            host.Services.Configure<ChannelOptions>(options => options.Folders = [Folder]);
            host.Services.Configure<SqlOptions>(options =>
            {
                options.WakePeriod = options.RetryPause = TimeSpan.FromMilliseconds(100);
                options.RetryPauseMax = TimeSpan.FromMilliseconds(500);
                options.CheckpointFolder = Checkpoints;
                options.CheckpointPeriod = TimeSpan.Zero;
                configure?.Invoke(options);
            });
            services?.Invoke(host.Services);
            host.Services.AddOrreryGrains(_ => new byte[SecretBox.KeyBytes]);
        });
        cluster = builder.Build();
    }

    public RecordedLogs Logs { get; } = new();

    public IGrainFactory Grains => cluster.Client;

    public ISqlSchemaGrain Sql => Grains.GetGrain<ISqlSchemaGrain>(Tenant);

    /// <summary>Where files may be written.</summary>
    public string Folder => Path.Combine(folder.FullName, "files");

    /// <summary>Where checkpoints lie, those of the tenant in <c>acme/0</c>.</summary>
    public string Checkpoints => Path.Combine(folder.FullName, "checkpoints");

    public static async Task<SqlFleet> StartAsync(Action<SqlOptions>? configure = null, Action<IServiceCollection>? services = null, IFencedGrainStorage? storage = null, short silos = 1, TimeProvider? time = null)
    {
        var fleet = new SqlFleet(configure, services, storage, silos, time);
        Directory.CreateDirectory(fleet.Folder);
        await fleet.cluster.DeployAsync();
        await fleet.Grains.GetGrain<ITenantGrain>(Tenant).Create(new TenantDraft("Acme"));
        return fleet;
    }

    /// <summary>Runs statements; answers the last one's result.</summary>
    public async Task<SqlResult> RunAsync(string text) => (await Sql.Run(new SqlRequest(text, "ann", MayChange: true)))[^1];

    /// <summary>The rows of a query as JSON.</summary>
    public async Task<string> AskAsync(string query) => (await RunAsync(query)).Rows.ToString();

    /// <summary>Asks until the answer is as expected.</summary>
    public async Task UntilAsync(string query, string rows)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        string last = "";
        while (!late.IsCancellationRequested)
        {
            if ((last = await AskAsync(query)) == rows)
                return;
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }

        last.ShouldBe(rows);
    }

    /// <summary>A relation's letters as soon as there are so many: they are written after their epoch can be asked.</summary>
    public async Task<Page<SqlLetter>> LettersAsync(string relation, int count)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (true)
        {
            Page<SqlLetter> found = await Sql.Letters(relation, new PageRequest());
            if (found.Items.Count >= count || late.IsCancellationRequested)
                return found;
            await looks.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Ends the silo as a crash does, and starts another on what is stored.</summary>
    public async Task CrashAsync()
    {
        await KillAsync();
        await BeginAsync();
    }

    /// <summary>Ends the silo as a crash does.</summary>
    public Task KillAsync() => cluster.KillSiloAsync(cluster.Silo);

    /// <summary>Starts a silo on what is stored.</summary>
    public async Task BeginAsync()
    {
        await cluster.StartSiloAsync();
        await Grains.GetGrain<ISqlDirectoryGrain>(Interfaces.EntityKeys.Fleet).WakeAll();
    }

    /// <summary>Ends the silo in order, and starts another on what is stored.</summary>
    /// <param name="between">What happens while nothing runs.</param>
    public async Task RestartAsync(Action? between = null)
    {
        await cluster.StopSiloAsync(cluster.Silo);
        between?.Invoke();
        await cluster.StartSiloAsync();
        await Grains.GetGrain<ISqlDirectoryGrain>(Interfaces.EntityKeys.Fleet).WakeAll();
    }

    /// <summary>Ends one of several silos as a crash does, and starts another; the others go on.</summary>
    public async Task CrashOneAsync(int number)
    {
        await cluster.KillSiloAsync(cluster.Silos[number]);
        await cluster.StartSiloAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        using var looks = new PeriodicTimer(Look);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                folder.Delete(recursive: true);
                return;
            }
            catch (IOException) when (attempt < DeletesMax)
            {
                // A silo that was killed may still be writing its last file.
                await looks.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }
}
