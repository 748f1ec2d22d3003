using Orrery.Runtime.Hosting;


namespace Orrery.Cli.Demo.Cluster;

/// <summary>What a demo's cluster is made of.</summary>
sealed record DemoClusterPlan
{
    public required int Silos { get; init; }

    /// <summary>The cluster's store; it may hold a password.</summary>
    public required string Connection { get; init; }

    public required string Secret { get; init; }

    public required DirectoryInfo Data { get; init; }

    public required string Urls { get; init; }

    /// <summary>After how long a process that ended by itself is started again; zero: never.</summary>
    public required TimeSpan RestartAfter { get; init; }
}

/// <summary>
/// Silo processes and a web process, started and watched by the demo. One that ends without being asked is started again after a while. All of them
/// end with the demo, however that ends.
/// </summary>
sealed class DemoCluster : IAsyncDisposable
{
    public const string WebName = "web";
    const string PortalText = "  Portal    ";

    readonly DemoClusterPlan plan;
    readonly TimeProvider time;
    readonly CancellationTokenSource stopping = new();
    readonly Lock gate = new();
    readonly Dictionary<string, ChildProcess> children = [];
    readonly List<Task> watches = [];

    DemoCluster(DemoClusterPlan plan, TimeProvider time)
    {
        this.plan = plan;
        this.time = time;
        Urls = plan.Urls;
    }

    /// <summary>Where the web process listens; the same after each of its restarts.</summary>
    public string Urls { get; private set; }

    public Uri Address => new(Urls.Split(';')[0]);

    /// <summary>Name and process id of each silo, by name.</summary>
    public IReadOnlyList<(string Name, int Id)> Silos
    {
        get
        {
            lock (gate)
                return [.. children.Values.Where(child => child.Name != WebName).OrderBy(child => child.Name, StringComparer.Ordinal).Select(child => (child.Name, child.Id))];
        }
    }

    public int WebId => IdOf(WebName);

    /// <summary>The process of a silo or of the web process at the moment.</summary>
    public int IdOf(string name)
    {
        lock (gate)
            return children[name].Id;
    }

    /// <summary>Whether that process has said that it is up.</summary>
    public bool IsUp(string name)
    {
        lock (gate)
            return children[name].IsUp;
    }

    /// <exception cref="InvalidOperationException">A process ended before it was up.</exception>
    /// <exception cref="TimeoutException">A process did not come up.</exception>
    public static async Task<DemoCluster> StartAsync(DemoClusterPlan plan, TimeProvider time)
    {
        var cluster = new DemoCluster(plan, time);
        try
        {
            await Task.WhenAll(Enumerable.Range(1, plan.Silos).Select(number => cluster.StartAsync($"silo-{number}")));
            string portal = await cluster.StartAsync(WebName);
            cluster.Urls = portal[(portal.IndexOf(PortalText, StringComparison.Ordinal) + PortalText.Length)..].Trim();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(watches);
        // The web process first: its requests still need the silos.
        if (children.Remove(WebName, out ChildProcess? web))
            await web.DisposeAsync();
        await Task.WhenAll(children.Values.Select(child => child.DisposeAsync().AsTask()));
        stopping.Dispose();
    }

    async Task<string> StartAsync(string name)
    {
        ChildProcess child = Launch(name);
        lock (gate)
        {
            children[name] = child;
            watches.Add(WatchAsync(child));
        }

        return await child.Ready;
    }

    ChildProcess Launch(string name)
    {
        string[] arguments = name == WebName
            ? [WebName, "--urls", Urls]
            : ["silo", "--name", name, "--address", "127.0.0.1:0", "--data", plan.Data.FullName];
        var variables = new Dictionary<string, string>
        {
            [ClusterOptionSet.ConnectionVariable] = plan.Connection,
            [ClusterOptionSet.SecretVariable] = plan.Secret,
            ["ORRERY_SUPERVISOR"] = "orrery demo",
            // That a killed silo cannot be reached is what the demo is about; it says so itself.
            ["Logging__LogLevel__Orrery.Runtime.Transport"] = "Error",
        };
        return ChildProcess.Start(name, arguments, variables, name == WebName ? PortalText : "is up");
    }

    /// <summary>Starts the child's successor when it ends by itself, and that one's, and so on. One that an operator drained stays away.</summary>
    async Task WatchAsync(ChildProcess child)
    {
        try
        {
            while (true)
            {
                int code = await child.Ended.WaitAsync(stopping.Token);
                TimeSpan pause = code == SiloExit.Restart ? TimeSpan.Zero : plan.RestartAfter;
                string what = $"  {time.GetLocalNow():HH:mm:ss}  {child.Name} (process {child.Id}) ended with exit code {code}";
                if (code == SiloExit.Drained || (plan.RestartAfter == TimeSpan.Zero && code != SiloExit.Restart))
                {
                    Console.WriteLine($"{what}; it is not started again.");
                    return;
                }

                Console.WriteLine($"{what}; it is started again in {pause.TotalSeconds} s.");
                await Task.Delay(pause, time, stopping.Token);
                ChildProcess successor = Launch(child.Name);
                lock (gate)
                    children[child.Name] = successor;
                await child.DisposeAsync();
                child = successor;
                await Task.WhenAny(child.Ready, child.Ended).WaitAsync(stopping.Token);
                if (child.Ready.IsCompletedSuccessfully)
                    Console.WriteLine($"  {time.GetLocalNow():HH:mm:ss}  {child.Name} is up again (process {child.Id}).");
            }
        }
        catch (OperationCanceledException)
        {
            // The demo ends, and ends its children itself.
        }
    }
}
