using Npgsql;
using Orrery.Cli.Demo.Cluster;
using Orrery.Cli.Hosting;
using Orrery.Cli.Management;
using Orrery.Retail.Business;
using Orrery.Retail.Changes;
using Orrery.Retail.MySql;
using Orrery.Retail.Pipelines;
using Orrery.Silo;
using StackExchange.Redis;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>
/// The warehouse from end to end on this machine, in a temporary folder: MariaDB, its binary log, a channel, the views in a cluster of real processes, and PostgreSQL, topics and Redis behind them. The chain is played for
/// a while, with processes killed on the way where that is wanted; then every result is compared, in the views and in every sink, with batch SQL over the source. Everything that was started ends with it.
/// </summary>
sealed class WarehouseRun(WarehousePlan plan, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Transactions that are there before the channel begins, besides the master data: it reads them from the tables, the others from the binary log.</summary>
    const int EarlyTransactions = 300;

    static readonly TimeSpan RestartAfter = TimeSpan.FromSeconds(2), ConnectPause = TimeSpan.FromMilliseconds(500);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-retail-");
    readonly List<IAsyncDisposable> started = [];

    /// <returns>The exit code: 0 where all are equal.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsWindows() && Environment.UserName == "root")
        {
            // PostgreSQL runs as a user of its own, below it.
            File.SetUnixFileMode(folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        LocalServer[] servers = await ServersAsync(cancellationToken);
        (LocalServer mariaDb, LocalServer postgreSql, LocalServer redis) = (servers[0], servers[1], servers[2]);
        Console.WriteLine($"MariaDB, PostgreSQL and Redis run (processes {string.Join(", ", servers.Select(static server => server.Id))}), in {folder.FullName}.");

        DirectoryInfo data = folder.CreateSubdirectory("cluster");
        var settings = new ClusterSettings { Connection = $"sqlite:{Path.Combine(data.FullName, "orrery.db")}?shared=true", Secret = Passwords.Create() + Passwords.Create() };
        DemoCluster cluster = Started(await DemoCluster.StartAsync(
            new DemoClusterPlan { Silos = plan.Silos, Connection = settings.Connection, Secret = settings.Secret!, Data = data, Urls = "http://127.0.0.1:0", RestartAfter = RestartAfter }, time));
        OrreryServer client = Started(await OrreryServer.TryStartAsync(new ServerPlan { Cluster = settings, HostsSilo = false }, cancellationToken) ?? throw new InvalidOperationException("the cluster's client did not start."));
        string password = Passwords.Create();
        await Administrator.EnsureAsync(client.Grains, password);
        Console.WriteLine($"{plan.Silos} silos and a web process run: {cluster.Address} (admin / {password}).");
        using ApiSession api = await ApiSession.OpenAsync(cluster.Address, null, "admin", password, cancellationToken);
        await using NpgsqlDataSource database = NpgsqlDataSource.Create(postgreSql.Connection);

        var model = new RetailModel(new RetailOptions { Seed = plan.Seed, Shops = plan.Shops });
        await using SteadyMySqlTarget target = await SteadyMySqlTarget.OpenAsync(mariaDb.Connection, time, ConnectPause, cancellationToken);
        RetailPlay early = Play(model, target, rate: 0);
        await early.RunAsync(null, 0, null, cancellationToken);
        await early.RunAsync(null, early.Transactions + EarlyTransactions, null, cancellationToken);
        var setup = new WarehouseSetup(api, client.Grains);
        await setup.ViewsAsync(mariaDb.Connection, cancellationToken);
        await setup.SinksAsync(database, postgreSql.Connection, redis.Connection, cancellationToken);
        Console.WriteLine($"{early.Rows:N0} rows were there before; {RetailPipelines.Results.Count()} results are kept, and go to PostgreSQL, topics and Redis. The chain is played for {plan.Length.TotalSeconds:N0} s.");

        RetailPlay play = Play(model, target, plan.Rate);
        long began = time.GetTimestamp();
        int kills = await PlayAsync(play, servers, cluster, cancellationToken);
        Console.WriteLine(play.Line(began));
        if (plan.KillEvery is not null)
            Console.WriteLine($"{kills} processes were killed; the chain's writer lost its database {target.Interruptions} times.");

        using ConnectionMultiplexer dimensions = await ConnectionMultiplexer.ConnectAsync(redis.Connection);
        long over = time.GetTimestamp();
        var comparison = new ResultComparison(
            new ServerCheck(api, WarehouseSetup.Tenant, null, time), new VerifiedRows(api, WarehouseSetup.Tenant), [new PostgreSqlPlace(database), new TopicPlace(client.Grains, RetailPipelines.OutputTopics.ToHashSet(), time), new RedisPlace(dimensions)], time);
        (bool isEqual, IReadOnlyList<string> lines) = await comparison.RunAsync(api, WarehouseSetup.Tenant, plan.Patience, cancellationToken);
        foreach (string line in lines)
            Console.WriteLine(line);
        Console.WriteLine(isEqual ? $"All results are equal, {time.GetElapsedTime(over).TotalSeconds:N0} s after the last transaction." : $"Results differ {time.GetElapsedTime(over).TotalSeconds:N0} s after the last transaction.");
        return isEqual ? 0 : 1;
    }

    public async ValueTask DisposeAsync()
    {
        // Who calls before who is called.
        foreach (IAsyncDisposable each in Enumerable.Reverse(started))
            await each.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>Plays, with kills on the way where they are wanted; all processes are up again when it returns.</summary>
    /// <returns>How many were killed.</returns>
    async Task<int> PlayAsync(RetailPlay play, IReadOnlyList<LocalServer> servers, DemoCluster cluster, CancellationToken cancellationToken)
    {
        if (plan.KillEvery is not { } every)
        {
            await play.RunAsync(plan.Length, null, null, cancellationToken);
            return 0;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var kills = new ProcessKills(servers, cluster, every, plan.Seed, time);
        Task<int> killing = kills.RunAsync(over.Token, cancellationToken);
        try
        {
            await play.RunAsync(plan.Length, null, null, cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await ((Task)killing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await killing;
    }

    /// <summary>MariaDB, PostgreSQL, Redis; those that came up end with this run even where another did not.</summary>
    async Task<LocalServer[]> ServersAsync(CancellationToken cancellationToken)
    {
        Task<LocalServer>[] starting =
        [
            LocalServers.MariaDbAsync(Path.Combine(folder.FullName, "mariadb"), cancellationToken), LocalServers.PostgreSqlAsync(Path.Combine(folder.FullName, "postgresql"), cancellationToken),
            LocalServers.RedisAsync(Path.Combine(folder.FullName, "redis"), cancellationToken),
        ];
        try
        {
            return await Task.WhenAll(starting);
        }
        finally
        {
            started.AddRange(starting.Where(static start => start.IsCompletedSuccessfully).Select(static start => start.Result));
        }
    }

    RetailPlay Play(RetailModel model, SteadyMySqlTarget target, double rate)
    {
        var waiting = new List<RetailTransaction>();
        return new RetailPlay(model, rate, time, (transaction, _) =>
        {
            waiting.Add(transaction);
            return Task.CompletedTask;
        }, async cancellationToken =>
        {
            await target.ApplyAsync(waiting, cancellationToken);
            waiting.Clear();
        });
    }

    T Started<T>(T each) where T : IAsyncDisposable
    {
        started.Add(each);
        return each;
    }
}
