namespace Orrery.Tests.Servers;

/// <summary>A PostgreSQL of the test's own, from Debian's package: user and database postgres, no password, loopback only, pg_stat_statements loaded.</summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    static readonly string? Folder = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(v => v + "/bin").FirstOrDefault(b => File.Exists(b + "/postgres"))
        : null;

    readonly string program;
    readonly string[] arguments;
    readonly string directory;
    ServerProcess process;

    PostgreSqlServer(ServerProcess process, string program, string[] arguments, string directory, int port)
    {
        this.process = process;
        this.program = program;
        this.arguments = arguments;
        this.directory = directory;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing => Folder is null ? "PostgreSQL's server is not installed (Debian: apt-get install postgresql)" : null;

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    /// <param name="settings">Further settings, as <c>name=value</c>; they win over the test's own, which do not flush to the disk.</param>
    public static async Task<PostgreSqlServer> Start(params string[] settings)
    {
        string directory = Directory.CreateTempSubdirectory("orrery-pg-").FullName;
        string data = directory + "/data";
        int port = ServerProcess.FreePort();
        // It refuses to run as root: then Debian's user for it runs it.
        bool root = Environment.UserName == "root";
        if (root)
            await ServerProcess.Run("chown", "postgres", directory);
        string[] become = root ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        await ServerProcess.Run(root ? "setpriv" : Folder + "/initdb", root
            ? [.. become, Folder + "/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N", "--no-instructions", "-E", "UTF8", "--locale=C"]
            : ["-D", data, "-U", "postgres", "-A", "trust", "-N", "--no-instructions", "-E", "UTF8", "--locale=C"]);
        string[] server =
        [
            "-D", data, "-p", port.ToString(), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + directory, "-c", "fsync=off",
            "-c", "shared_buffers=32MB", "-c", "shared_preload_libraries=pg_stat_statements", "-c", "wal_level=logical", "-c", "logging_collector=off",
            .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        string program = root ? "setpriv" : Folder + "/postgres";
        string[] arguments = root ? [.. become, Folder + "/postgres", .. server] : server;
        return new PostgreSqlServer(await StartProcess(program, arguments), program, arguments, directory, port);
    }

    /// <summary>Ends it, breaking off its connections, and starts it again on the same port and data.</summary>
    public async Task Restart()
    {
        await process.DisposeAsync();
        process = await StartProcess(program, arguments);
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public Task Kill() => process.Kill();

    /// <summary>Starts it after <see cref="Kill"/>, on the same port and data.</summary>
    public async Task StartAgain() => process = await StartProcess(program, arguments);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    static Task<ServerProcess> StartProcess(string program, string[] arguments) =>
        ServerProcess.Start(program, arguments, "database system is ready to accept connections", "INT");
}
