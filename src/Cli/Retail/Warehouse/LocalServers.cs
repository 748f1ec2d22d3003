using System.Globalization;
using System.Security.Cryptography;
using Orrery.Cli.Demo;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>
/// MariaDB, PostgreSQL and Redis as this machine's packages have them, in a temporary folder, on free loopback ports, with passwords made up. What they acknowledge survives a kill of their process, not a power cut:
/// they do not wait for the disk.
/// </summary>
static class LocalServers
{
    static readonly string[] Places = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

    /// <summary>What is not installed, with what to do; empty: all are there.</summary>
    public static IReadOnlyList<string> Missing() =>
    [
        .. Find("mariadbd", "mysqld") is null || Find("mariadb-install-db", "mysql_install_db") is null ? ["MariaDB (Debian: apt-get install mariadb-server)"] : Array.Empty<string>(),
        .. PostgreSqlFolder() is null ? ["PostgreSQL (Debian: apt-get install postgresql)"] : Array.Empty<string>(),
        .. Find("redis-server") is null ? ["Redis (Debian: apt-get install redis-server)"] : Array.Empty<string>(),
    ];

    /// <summary>The source: user root, row-based binary log.</summary>
    public static async Task<LocalServer> MariaDbAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string data = Path.Combine(folder, "data"), first = Path.Combine(folder, "first.sql"), user = Environment.UserName, password = Password();
        await LocalServer.RunAsync(Find("mariadb-install-db", "mysql_install_db")!, ["--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal", "--skip-test-db", "--user=" + user], cancellationToken);
        // The installer makes anonymous local users, which shadow others, and root without a password. This is done at each start, and is no change of the chain's.
        OwnFile.Write(first, $"""
            SET sql_log_bin = 0;
            DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('localhost', '127.0.0.1', '::1'));
            FLUSH PRIVILEGES;
            ALTER USER IF EXISTS root@localhost IDENTIFIED BY '{password}', root@'127.0.0.1' IDENTIFIED BY '{password}', root@'::1' IDENTIFIED BY '{password}';

            """);
        int port = LocalServer.FreePort();
        string[] arguments =
        [
            "--no-defaults", "--datadir=" + data, "--port=" + Text(port), "--bind-address=127.0.0.1", "--socket=" + Path.Combine(folder, "s"), "--pid-file=" + Path.Combine(folder, "pid"), "--user=" + user,
            "--init-file=" + first, "--innodb-buffer-pool-size=128M", "--innodb-flush-log-at-trx-commit=2", "--sync-binlog=0", "--log-bin=binlog", "--binlog-format=ROW", "--server-id=1", "--skip-name-resolve",
            "--character-set-server=utf8mb4", "--performance-schema=OFF", "--log-warnings=1",
        ];
        return await LocalServer.StartAsync(new LocalServerPlan(
            "mariadb", Find("mariadbd", "mysqld")!, arguments, $"Server=127.0.0.1;Port={Text(port)};User ID=root;Password={password};SslMode=Disabled", "ready for connections", "TERM"), cancellationToken);
    }

    /// <summary>The warehouse: user and database postgres.</summary>
    public static async Task<LocalServer> PostgreSqlAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        string programs = PostgreSqlFolder()!, data = Path.Combine(folder, "data"), secret = Path.Combine(folder, "password"), password = Password();
        OwnFile.Write(secret, password);
        // It refuses to run as root: then its package's user runs it.
        bool isRoot = Environment.UserName == "root";
        string[] become = isRoot ? ["--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        if (isRoot)
            await LocalServer.RunAsync("chown", ["postgres", folder, secret], cancellationToken);
        int port = LocalServer.FreePort();
        string[] make = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile=" + secret, "-N", "--no-instructions", "-E", "UTF8", "--locale=C"];
        string[] serve = ["-D", data, "-p", Text(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + folder, "-c", "fsync=off", "-c", "shared_buffers=64MB", "-c", "logging_collector=off"];
        string Program(string name) => isRoot ? "setpriv" : Path.Combine(programs, name);
        string[] Arguments(string name, string[] own) => isRoot ? [.. become, Path.Combine(programs, name), .. own] : own;
        await LocalServer.RunAsync(Program("initdb"), Arguments("initdb", make), cancellationToken);
        return await LocalServer.StartAsync(new LocalServerPlan(
            "postgresql", Program("postgres"), Arguments("postgres", serve), $"Host=127.0.0.1;Port={Text(port)};Username=postgres;Password={password};Database=postgres", "database system is ready to accept connections", "INT"), cancellationToken);
    }

    /// <summary>Where dimensions go: what is acknowledged is in its file.</summary>
    public static async Task<LocalServer> RedisAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        int port = LocalServer.FreePort();
        string password = Password(), settings = Path.Combine(folder, "redis.conf");
        OwnFile.Write(settings, $"""
            port {Text(port)}
            bind 127.0.0.1
            dir {folder}
            save ""
            appendonly yes
            appendfsync everysec
            maxmemory-policy noeviction
            requirepass {password}

            """);
        return await LocalServer.StartAsync(new LocalServerPlan("redis", Find("redis-server")!, [settings], $"127.0.0.1:{Text(port)},password={password}", "Ready to accept connections", "TERM"), cancellationToken);
    }

    static string? Find(params string[] names) => names.SelectMany(static name => Places.Select(place => Path.Combine(place, name))).FirstOrDefault(File.Exists);

    /// <summary>Debian keeps the server's programs outside of the search path, by version.</summary>
    static string? PostgreSqlFolder()
    {
        const string versions = "/usr/lib/postgresql";
        IEnumerable<string> folders = Directory.Exists(versions) ? Directory.GetDirectories(versions).OrderDescending().Select(static version => Path.Combine(version, "bin")) : [];
        return folders.Concat(Places).FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")));
    }

    static string Password() => RandomNumberGenerator.GetHexString(24, lowercase: true);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
