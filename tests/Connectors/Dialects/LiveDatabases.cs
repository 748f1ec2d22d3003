using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.Dialects;

/// <summary>A MariaDB, a PostgreSQL and a SQLite file for the tests of dialects; and a SQL Server where ORRERY_TEST_SQLSERVER names one by its connection string.</summary>
public sealed class LiveDatabases : IAsyncLifetime
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    static readonly string? SqlServerConnection = Environment.GetEnvironmentVariable("ORRERY_TEST_SQLSERVER");

    readonly string folder = Directory.CreateTempSubdirectory("orrery-dialects-").FullName;
    MariaDbServer? mariaDb;
    PostgreSqlServer? postgreSql;

    public static TheoryData<string> Engines => SqlServerConnection is null ? ["sqlite", "postgresql", "mysql"] : ["sqlite", "postgresql", "mysql", "sqlserver"];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            string[] engines = ["sqlite", "postgresql", "mysql"];
            foreach (string from in engines)
                foreach (string to in engines)
                    pairs.Add(from, to);
            return pairs;
        }
    }

    public async ValueTask InitializeAsync()
    {
        Task<MariaDbServer>? maria = MariaDbServer.Missing is null ? MariaDbServer.Start(performanceSchema: false) : null;
        Task<PostgreSqlServer>? postgres = PostgreSqlServer.Missing is null ? PostgreSqlServer.Start() : null;
        if (maria is not null) mariaDb = await maria;
        if (postgres is not null) postgreSql = await postgres;
        if (mariaDb is null) return;
        using var admin = new MySqlConnection(mariaDb.ConnectionString);
        admin.Open();
        using var command = admin.CreateCommand();
        command.CommandText = "CREATE DATABASE dialects CHARACTER SET utf8mb4";
        command.ExecuteNonQuery();
    }

    /// <summary>A connection of its own. Skips the test where the server is not installed.</summary>
    public IDatabase Open(string engine)
    {
        DialectList.TryFind(engine, out IDialect? dialect).ShouldBeTrue();
        string connection = engine switch
        {
            "sqlite" => $"Data Source={folder}/dialects.db",
            "postgresql" => postgreSql?.ConnectionString ?? Skip(PostgreSqlServer.Missing),
            "mysql" => mariaDb is null ? Skip(MariaDbServer.Missing) : mariaDb.ConnectionString + ";Database=dialects",
            _ => SqlServerConnection!,
        };
        return dialect!.Open(connection, ConnectTimeout);
    }

    public async ValueTask DisposeAsync()
    {
        if (mariaDb is not null) await mariaDb.DisposeAsync();
        if (postgreSql is not null) await postgreSql.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static string Skip(string? reason)
    {
        Assert.Skip(reason ?? "the server did not start");
        return "";
    }
}

[CollectionDefinition(Name)]
public sealed class LiveCollection : ICollectionFixture<LiveDatabases>
{
    public const string Name = "live databases";
}
