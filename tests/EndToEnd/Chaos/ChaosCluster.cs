using System.Globalization;
using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>Silo processes and a web process on a real store. Every line between them, and those to the store, go through proxies that can be cut.</summary>
sealed class ChaosCluster : IAsyncDisposable
{
    public const int Silos = 3;

    /// <summary>Shorter than the product's, so that a round of chaos fits into a test.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    const string Secret = "a secret of the chaos tests only";

    readonly IChaosStore store;
    readonly int[] ports = [.. Enumerable.Range(0, Silos).Select(_ => ServerProcess.FreePort())];
    readonly ChaosProcess?[] silos = new ChaosProcess?[Silos];
    readonly CuttableProxy[] lines;
    readonly CuttableProxy[] storeLines;
    ChaosProcess? web;

    ChaosCluster(IChaosStore store)
    {
        this.store = store;
        lines = [.. ports.Select(port => new CuttableProxy(port))];
        storeLines = [.. Enumerable.Range(0, Silos + 1).Select(_ => new CuttableProxy(store.Port))];
    }

    public Uri Web => new(web!.Address);

    public static async Task<ChaosCluster> StartAsync(IChaosStore store)
    {
        var cluster = new ChaosCluster(store);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Silos).Select(cluster.StartSiloAsync));
            cluster.web = await ChaosProcess.StartAsync("web", ChaosSettings.WebRole, cluster.SettingsOf(Silos));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartSiloAsync(int number) => silos[number] = await ChaosProcess.StartAsync($"silo-{number}", ChaosSettings.SiloRole, SettingsOf(number));

    public ChaosProcess Silo(int number) => silos[number]!;

    /// <summary>The line over which others reach a silo.</summary>
    public CuttableProxy LineTo(int silo) => lines[silo];

    /// <summary>The line over which a silo reaches the store; the last one is the web process's.</summary>
    public CuttableProxy StoreLineOf(int process) => storeLines[process];

    public Task RestartStoreAsync() => store.RestartAsync();

    /// <summary>What every process said, for the message of a failure.</summary>
    public string Said => string.Join("\n\n", silos.Append(web).OfType<ChaosProcess>().Select(process => $"--- {process.Name}:\n{process.Said}"));

    public async ValueTask DisposeAsync()
    {
        foreach (ChaosProcess process in silos.Append(web).OfType<ChaosProcess>())
            await process.DisposeAsync();
        foreach (CuttableProxy line in lines.Concat(storeLines))
            await line.DisposeAsync();
    }

    Dictionary<string, string> SettingsOf(int process)
    {
        var settings = new Dictionary<string, string>
        {
            [ChaosSettings.Store] = store.ConnectionThrough(storeLines[process].Port),
            [ChaosSettings.Name] = process < Silos ? $"silo-{process}" : "web",
            [ChaosSettings.Lease] = Lease.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            [ChaosSettings.Secret] = Secret,
        };
        if (process < Silos)
        {
            settings[ChaosSettings.Address] = $"127.0.0.1:{ports[process]}";
            settings[ChaosSettings.Advertise] = $"127.0.0.1:{lines[process].Port}";
        }

        return settings;
    }
}
