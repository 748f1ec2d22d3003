namespace Orrery.Tests.Servers;

/// <summary>A MariaDB of the test's own, from Debian's package: user root without password over loopback, row-based binary log, performance_schema as asked.</summary>
internal sealed class MariaDbServer : IAsyncDisposable
{
    static readonly string? Program = ServerProcess.Find("/usr/sbin/mariadbd", "/usr/sbin/mysqld", "/usr/local/sbin/mariadbd");
    static readonly string? Installer = ServerProcess.Find("/usr/bin/mariadb-install-db", "/usr/bin/mysql_install_db");

    // The machine has few slots for asynchronous disk access, and servers of several tests would share them.
    const string NoKernelIo = "--innodb-use-native-aio=0";

    readonly string[] arguments;
    readonly string directory;
    ServerProcess process;

    MariaDbServer(ServerProcess process, string[] arguments, string directory, int port)
    {
        this.process = process;
        this.arguments = arguments;
        this.directory = directory;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Why it cannot be started here, or null.</summary>
    public static string? Missing => Program is null || Installer is null ? "MariaDB's server is not installed (Debian: apt-get install mariadb-server)" : null;

    public string ConnectionString => $"Server=127.0.0.1;Port={Port};User ID=root;SslMode=Disabled";

    /// <summary>Where its tables and logs are.</summary>
    public string DataDirectory => directory + "/data";

    /// <param name="performanceSchema">Whether it keeps statistics of itself.</param>
    /// <param name="options">Further options, which win over those it has here.</param>
    public static async Task<MariaDbServer> Start(bool performanceSchema = true, params string[] options)
    {
        string directory = Directory.CreateTempSubdirectory("orrery-mariadb-").FullName;
        string data = directory + "/data";
        string user = Environment.UserName;
        await ServerProcess.Run(Installer!, "--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db", NoKernelIo, "--user=" + user);
        // The installer makes an anonymous local user that shadows others.
        string init = directory + "/init.sql";
        await File.WriteAllTextAsync(init, "DELETE FROM mysql.global_priv WHERE User='';\nFLUSH PRIVILEGES;\n");
        int port = ServerProcess.FreePort();
        // A server that starts sweeps its folder of temporary tables, those of others that share it among them.
        string temporary = Directory.CreateDirectory(directory + "/tmp").FullName;
        string[] arguments =
        [
            "--no-defaults", "--datadir=" + data, "--tmpdir=" + temporary, "--port=" + port, "--bind-address=127.0.0.1", "--socket=" + directory + "/s", "--pid-file=" + directory + "/pid",
            "--user=" + user, "--init-file=" + init, "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0", "--log-bin=binlog", "--binlog-format=ROW",
            "--server-id=1", "--skip-name-resolve", "--character-set-server=utf8mb4", "--performance-schema=" + (performanceSchema ? "ON" : "OFF"), "--log-warnings=1",
            .. options,
        ];
        ServerProcess process = await ServerProcess.Start(Program!, arguments, "ready for connections", "TERM");
        return new MariaDbServer(process, arguments, directory, port);
    }

    /// <summary>Ends it as a crash does.</summary>
    public Task Kill() => process.Kill();

    /// <summary>Starts it again over its own files, after <see cref="Kill"/>.</summary>
    public async Task StartAgain()
    {
        await process.DisposeAsync();
        process = await ServerProcess.Start(Program!, arguments, "ready for connections", "TERM");
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
