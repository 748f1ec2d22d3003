using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Hosting;

namespace Orrery.Bench.Harness;

/// <summary>Silos in processes of their own that form a cluster over one store, and this process, which hosts none, as their caller.</summary>
sealed class SiloProcesses : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string _bench;
    readonly string _connection;
    readonly SortedDictionary<string, Process> _processes = new(StringComparer.Ordinal);
    readonly IHost _client;

    SiloProcesses(string bench, string connection, IHost client)
    {
        _bench = bench;
        _connection = connection;
        _client = client;
    }

    public IGrainFactory Grains => _client.Services.GetRequiredService<IGrainFactory>();

    public IReadOnlyCollection<string> Names => _processes.Keys;

    /// <summary>What a silo's process runs until its standard input is closed.</summary>
    /// <param name="name">The silo's name.</param>
    /// <param name="connection">State and cluster store, as a storage connection.</param>
    public static async Task ServeAsync(string name, string connection)
    {
        var builder = NewHost();
        builder.UseOrrery(silo => silo.AddGrains(typeof(SiloProcesses).Assembly)
            .Configure<SiloOptions>(options => options.SiloName = name)
            .AddOrreryStorage(connection)
            .UseCluster(static _ => { }));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("started");
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    /// <summary>Starts silos <c>silo-1</c>, <c>silo-2</c> and so on, and waits until each has its part.</summary>
    /// <param name="bench">The bench whose <c>--serve</c> runs a silo.</param>
    /// <param name="connection">State and cluster store.</param>
    /// <param name="count">How many.</param>
    public static async Task<SiloProcesses> StartAsync(string bench, string connection, int count)
    {
        var builder = NewHost();
        builder.Services.Configure<SiloOptions>(static options => options.SiloName = "bench");
        builder.Services.AddOrreryClusterStore(StorageConnection.Parse(connection));
        builder.Services.AddOrreryClient(static _ => { });
        var silos = new SiloProcesses(bench, connection, builder.Build());
        for (int number = 1; number <= count; number++) await silos.StartAsync($"silo-{number}");
        await silos._client.StartAsync();
        await silos.WaitForShardsAsync();
        return silos;
    }

    public async Task StartAsync(string name)
    {
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(SiloProcesses).Assembly.Location, _bench, $"--serve={name}", $"--store={_connection}"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        _processes[name] = process;
        if (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) != "started")
            throw new InvalidOperationException($"{name} ended with {process.ExitCode} before it had started; what it said stands above.");
    }

    /// <summary>Ends the process as <c>kill -9</c> does.</summary>
    public async Task KillAsync(string name)
    {
        _processes.Remove(name, out var process);
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Ends the process in good order: its silo drains and leaves.</summary>
    public async Task StopAsync(string name)
    {
        _processes.Remove(name, out var process);
        process!.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        if (process.ExitCode != 0) throw new InvalidOperationException($"{name} was stopped and ended with {process.ExitCode}.");
        process.Dispose();
    }

    /// <summary>Waits until this process knows every shard at one of the running silos, and each has a fair part.</summary>
    public async Task WaitForShardsAsync()
    {
        var management = _client.Services.GetRequiredService<IClusterManagement>();
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var view = management.Read();
            var live = view.Members.Where(static member => member.Row.IsLive).Select(static member => member.Row.Id).ToHashSet();
            var parts = view.Shards.CountBy(static row => row.Owner?.ToString() ?? "").ToDictionary();
            bool isFair = live.Count == _processes.Count && live.All(silo => parts.GetValueOrDefault(silo.ToString()) > view.Shards.Count / live.Count * 3 / 4)
                && view.Shards.All(row => row.Owner is { } owner && live.Contains(owner));
            if (isFair) return;
            if (patience.Elapsed > Patience)
                throw new TimeoutException($"After {Patience} shards are at {string.Join(", ", parts.Select(static pair => $"{(pair.Key.Length == 0 ? "nobody" : pair.Key)}: {pair.Value}"))}; {_processes.Count} silos run.");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            process.Kill();
            process.Dispose();
        }

        await _client.StopAsync();
        _client.Dispose();
    }

    static HostApplicationBuilder NewHost()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddFilter(static level => level >= LogLevel.Error).AddSimpleConsole();
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        return builder;
    }
}
