using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Cli.Demo;
using Orrery.Cli.Demo.Cluster;
using Orrery.Cli.Hosting;
using Orrery.Silo;

namespace Orrery.Cli;

/// <summary><c>orrery demo</c>: everything embedded in one process, or a cluster of several; a simulated fleet, and this machine as one real site.</summary>
static class DemoCommand
{
    /// <summary>More sites than this would measure the simulator and not the server.</summary>
    const int SitesMax = 2_000;

    const int ShopsMax = 1_000;

    /// <summary>More would show nothing that three do not, on one machine.</summary>
    const int SilosMax = 20;
    const double RestartSecondsMax = 86_400;
    const string SecretFileName = "cluster.secret";
    const int SecretBytes = 32;

    static readonly string AloneFolder = Path.Combine(".orrery", "demo");
    static readonly string ClusterFolder = Path.Combine(".orrery", "demo-cluster");

    public static Command Create()
    {
        Option<string> urls = ServerOptions.Urls();
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = $"The folder that holds everything: created if it is not there, continued if it is. Default: {AloneFolder}, with --silos {ClusterFolder}.",
        };
        Option<int> sites = Number("--sites", $"How many sites to simulate, 0 to {SitesMax}.", 20, SitesMax);
        Option<int> shops = Number("--shops", $"How many shops the chain has whose orders flow through the pipelines of examples/retail, 0 to {ShopsMax}; 0: no chain.", 12, ShopsMax);
        Option<int> silos = Number("--silos", $"How many silo processes to start beside a web process, 1 to {SilosMax}; 0: everything in this one process.", 0, SilosMax);
        var cluster = new ClusterOptionSet(hostsSilo: false, "With --silos: where the cluster keeps everything. Default: a SQLite file in --data.");
        var restart = new Option<double>("--restart-after")
        {
            Description = "With --silos: after how many seconds a process that was killed is started again; 0: never.",
            DefaultValueFactory = _ => 20,
            Validators =
            {
                result =>
                {
                    if (result.GetValueOrDefault<double>() is not (>= 0 and <= RestartSecondsMax))
                        result.AddError($"--restart-after: {result.GetValueOrDefault<double>()} is not between 0 and {RestartSecondsMax} seconds.");
                },
            },
        };
        var password = new Option<string?>("--password") { Description = "The administrator's password, at least 10 characters. Without it one is made up and kept with the data." };
        var command = new Command("demo", "Starts one process, or a small cluster, with a simulated fleet, and watches this machine with the real agent.") { urls, data, sites, shops, silos, restart, password };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            if (parsed.GetValue(password) is { Length: < 10 })
                throw new WrongInputException("--password is too short: use at least 10 characters.");
            int count = parsed.GetValue(silos);
            DirectoryInfo folder = parsed.GetValue(data) ?? new DirectoryInfo(count == 0 ? AloneFolder : ClusterFolder);
            var demo = new DemoSettings(parsed.GetValue(urls)!, folder, parsed.GetValue(sites), parsed.GetValue(shops), parsed.GetValue(password));
            if (count == 0)
            {
                return parsed.GetValue(cluster.Connection) is null
                    ? await RunAloneAsync(demo, cancellationToken)
                    : throw new WrongInputException("--cluster goes with --silos: say how many silos the demo is to start.");
            }

            demo.Data.Create();
            ClusterSettings settings = cluster.Read(parsed) ?? new ClusterSettings { Connection = $"sqlite:{Path.Combine(demo.Data.FullName, "orrery.db")}?shared=true" };
            settings = settings with { Secret = settings.Secret ?? EnsureSecret(demo.Data) };
            return await RunClusterAsync(demo, count, settings, TimeSpan.FromSeconds(parsed.GetValue(restart)), cancellationToken);
        }));
        return command;
    }

    static Option<int> Number(string name, string description, int fallback, int most) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => fallback,
        Validators =
        {
            result =>
            {
                if (result.GetValueOrDefault<int>() is var value && (value < 0 || value > most))
                    result.AddError($"{name}: {value} is not between 0 and {most}.");
            },
        },
    };

    static async Task<int> RunAloneAsync(DemoSettings demo, CancellationToken cancellationToken)
    {
        var plan = new ServerPlan { Urls = demo.Urls, Data = demo.Data };
        await using var server = await OrreryServer.TryStartAsync(plan, cancellationToken);
        if (server is null)
            return 1;
        DemoState state = DemoState.Load(demo.Data, demo.Password);
        await Administrator.EnsureAsync(server.Grains, state.Password, overwrite: demo.Password is not null);
        state.Save(demo.Data);
        await using DemoFleet fleet = await DemoFleet.CreateAsync(AroundOf(server, server.Address), demo.Data, state, demo.Sites, demo.Shops);
        Welcome.Print(server, plan, $"admin / {state.Password}", Happenings(fleet));
        fleet.Start();
        return await server.RunUntilStoppedAsync(cancellationToken);
    }

    static async Task<int> RunClusterAsync(DemoSettings demo, int silos, ClusterSettings settings, TimeSpan restartAfter, CancellationToken cancellationToken)
    {
        DemoCluster? cluster = null;
        try
        {
            cluster = await DemoCluster.StartAsync(
                new DemoClusterPlan { Silos = silos, Connection = settings.Connection, Secret = settings.Secret!, Data = demo.Data, Urls = demo.Urls, RestartAfter = restartAfter }, TimeProvider.System);
        }
        catch (Exception problem) when (problem is InvalidOperationException or TimeoutException)
        {
            await Console.Error.WriteLineAsync($"orrery: the demo's cluster did not start: {problem.Message}");
            return 1;
        }

        await using (cluster)
        {
            // The demo itself is a client of the cluster: it makes tenants, sites and keys.
            await using var client = await OrreryServer.TryStartAsync(new ServerPlan { Cluster = settings, HostsSilo = false }, cancellationToken);
            if (client is null)
                return 1;
            DemoState state = DemoState.Load(demo.Data, demo.Password);
            await Administrator.EnsureAsync(client.Grains, state.Password, overwrite: demo.Password is not null);
            state.Save(demo.Data);
            await using DemoFleet fleet = await DemoFleet.CreateAsync(AroundOf(client, cluster.Address), demo.Data, state, demo.Sites, demo.Shops);
            List<string> processes = [.. cluster.Silos.Select(silo => $"{silo.Name,-9} process {silo.Id}"), $"{"web",-9} process {cluster.WebId}", $"Data      {demo.Data.FullName}"];
            Welcome.Print(cluster.Address, $"admin / {state.Password}", processes,
            [
                .. Happenings(fleet),
                $"Lose a silo: kill -9 {cluster.Silos[0].Id}. Portal and API go on answering while its shards move; see Cluster in the portal.",
            ]);
            fleet.Start();
            return await client.RunUntilStoppedAsync(cancellationToken);
        }
    }

    static DemoSurroundings AroundOf(OrreryServer server, Uri address) =>
        new(server.Grains, address, server.Services.GetRequiredService<TimeProvider>(), server.Services.GetRequiredService<ILoggerFactory>());

    static string[] Happenings(DemoFleet fleet) =>
    [
        $"{fleet.Simulated} simulated sites of {fleet.Tenants} tenants, with six hours of history at the first start.",
        $"This machine is the server {fleet.ThisMachine}, watched by the real agent.",
        .. fleet.Shops > 0 ? [$"A chain of {fleet.Shops} shops, tenant {DemoRetail.Tenant}: its orders, tills and ERP flow through the pipelines of examples/retail. See SQL in the portal."] : Array.Empty<string>(),
    ];

    /// <summary>A demo's secret guards a demo on loopback only; it is kept so that a restarted demo's processes know each other.</summary>
    static string EnsureSecret(DirectoryInfo data)
    {
        string path = Path.Combine(data.FullName, SecretFileName);
        if (!File.Exists(path))
            OwnFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)));
        return File.ReadAllText(path).Trim();
    }

    sealed record DemoSettings(string Urls, DirectoryInfo Data, int Sites, int Shops, string? Password);
}
