namespace Orrery.Tests.Servers;

/// <summary>A Redis of the test's own, from Debian's package: loopback only, no password, everything acknowledged is on the disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    static readonly string? Program = ServerProcess.Find("/usr/bin/redis-server", "/usr/local/bin/redis-server");

    readonly string[] arguments;
    readonly string directory;
    ServerProcess process;

    RedisServer(ServerProcess process, string[] arguments, string directory, int port)
    {
        this.process = process;
        this.arguments = arguments;
        this.directory = directory;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing => Program is null ? "Redis is not installed (Debian: apt-get install redis-server)" : null;

    /// <param name="settings">Further settings, as on redis-server's command line; later ones win.</param>
    public static async Task<RedisServer> Start(params string[] settings)
    {
        string directory = Directory.CreateTempSubdirectory("orrery-redis-").FullName;
        int port = ServerProcess.FreePort();
        string[] arguments =
        [
            "--port", port.ToString(), "--bind", "127.0.0.1", "--dir", directory, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--maxmemory-policy", "noeviction", .. settings,
        ];
        return new RedisServer(await StartProcess(arguments), arguments, directory, port);
    }

    /// <summary>Ends it in good order and starts it again on the same port and data.</summary>
    public async Task Restart()
    {
        await process.DisposeAsync();
        process = await StartProcess(arguments);
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public Task Kill() => process.Kill();

    /// <summary>Starts it after <see cref="Kill"/>, on the same port and data.</summary>
    public async Task StartAgain() => process = await StartProcess(arguments);

    /// <summary>Removes its data; it is not running.</summary>
    public void LoseData() => Directory.Delete(directory + "/appendonlydir", recursive: true);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    static Task<ServerProcess> StartProcess(string[] arguments) => ServerProcess.Start(Program!, arguments, "Ready to accept connections", "TERM");
}
