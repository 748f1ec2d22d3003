using System.Globalization;
using System.IO.Compression;
using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Jobs.Plans;
using Orrery.Tests.Servers;

namespace Orrery.Jobs.Tests;

/// <summary>A MariaDB and a PostgreSQL for all tests of jobs; each test makes databases of its own in them.</summary>
public sealed class LiveServers : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("orrery-jobs-").FullName;
    MariaDbServer? mariaDb;
    PostgreSqlServer? postgreSql;
    int number;

    public async ValueTask InitializeAsync()
    {
        Task<MariaDbServer>? maria = MariaDbServer.Missing is null ? MariaDbServer.Start(performanceSchema: false) : null;
        Task<PostgreSqlServer>? postgres = PostgreSqlServer.Missing is null ? PostgreSqlServer.Start("max_connections=60") : null;
        if (maria is not null) mariaDb = await maria;
        if (postgres is not null) postgreSql = await postgres;
    }

    /// <summary>An empty database's address. Skips the test where the server is not installed.</summary>
    public DatabaseAddress New(string engine)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"t{Interlocked.Increment(ref number)}");
        switch (engine)
        {
            case "sqlite":
                return DatabaseAddress.Parse($"sqlite:{folder}/{name}.db");
            case "postgresql":
                if (postgreSql is null) Skip(PostgreSqlServer.Missing);
                using (var admin = new NpgsqlConnection(postgreSql!.ConnectionString))
                {
                    admin.Open();
                    using NpgsqlCommand command = admin.CreateCommand();
                    command.CommandText = $"CREATE DATABASE {name}";
                    command.ExecuteNonQuery();
                }

                return DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{postgreSql.Port}/{name}");
            default:
                if (mariaDb is null) Skip(MariaDbServer.Missing);
                using (var admin = new MySqlConnection(mariaDb!.ConnectionString))
                {
                    admin.Open();
                    using MySqlCommand command = admin.CreateCommand();
                    command.CommandText = $"CREATE DATABASE {name} CHARACTER SET utf8mb4";
                    command.ExecuteNonQuery();
                }

                return DatabaseAddress.Parse($"mysql:{mariaDb.ConnectionString};Database={name}");
        }
    }

    /// <summary>A file of the test data, unpacked. Skips the test where it is absent.</summary>
    public static string Data(string name)
    {
        string? root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA");
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null && root is null; up = up.Parent)
            if (File.Exists(Path.Combine(up.FullName, "Cluster.sln")))
                root = Path.Combine(up.FullName, "..", "shared", "data");
        string path = Path.Combine(root ?? ".", name);
        if (!File.Exists(path)) Assert.Skip($"The test data {name} is not here: name its folder by ORRERY_TEST_DATA.");
        using var unpacked = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return unpacked.ReadToEnd();
    }

    public async ValueTask DisposeAsync()
    {
        if (mariaDb is not null) await mariaDb.DisposeAsync();
        if (postgreSql is not null) await postgreSql.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static void Skip(string? reason) => Assert.Skip(reason ?? "the server did not start");
}

[CollectionDefinition(Name)]
public sealed class LiveCollection : ICollectionFixture<LiveServers>
{
    public const string Name = "live servers";
}
