using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Grains.Tests.Sql;

/// <summary>A MariaDB and a PostgreSQL into which views are written, and SQLite files.</summary>
public sealed class SinkServers : IAsyncLifetime
{
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    readonly string folder = Directory.CreateTempSubdirectory("orrery-sinks-").FullName;
    MariaDbServer? mariaDb;
    PostgreSqlServer? postgreSql;

    public static TheoryData<string> Engines => ["sqlite", "postgresql", "mysql"];

    public async ValueTask InitializeAsync()
    {
        Task<MariaDbServer>? maria = MariaDbServer.Missing is null ? MariaDbServer.Start(performanceSchema: false) : null;
        postgreSql = PostgreSqlServer.Missing is null ? await PostgreSqlServer.Start() : null;
        if (maria is null)
            return;
        mariaDb = await maria;
        using IDatabase admin = Dialect("mysql").Open(mariaDb.ConnectionString, ConnectTimeout);
        admin.Execute("CREATE DATABASE sinks CHARACTER SET utf8mb4");
    }

    public static IDialect Dialect(string engine) => DialectList.TryFind(engine, out IDialect? dialect) ? dialect : throw new ArgumentException(engine);

    /// <summary>How the engine is reached. Skips the test where it is not installed.</summary>
    /// <param name="engine">Its name.</param>
    /// <param name="fleet">Where SQLite's file may be.</param>
    internal string Connection(string engine, SqlFleet fleet) => engine switch
    {
        "sqlite" => $"Data Source={fleet.Folder}/sinks.db",
        "postgresql" => postgreSql?.ConnectionString ?? Skip(PostgreSqlServer.Missing),
        _ => mariaDb is null ? Skip(MariaDbServer.Missing) : mariaDb.ConnectionString + ";Database=sinks",
    };

    internal IDatabase Open(string engine, SqlFleet fleet) => Dialect(engine).Open(Connection(engine, fleet), ConnectTimeout);

    internal PostgreSqlServer PostgreSql
    {
        get
        {
            if (postgreSql is null)
                Skip(PostgreSqlServer.Missing);
            return postgreSql!;
        }
    }

    /// <summary>All rows of a table as texts, in the order of their texts.</summary>
    public static string[] Rows(IDatabase database, string table)
    {
        var rows = new List<string>();
        foreach (RowBatch batch in database.Read(database.ReadTable(new TableName(null, table)), KeyRange.All, ReadOptions.Default))
            for (int row = 0; row < batch.Count; row++)
                rows.Add(string.Join(" | ", RowValues.ReadAll(batch.Schema, batch[row]).Select(Text)));
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        if (mariaDb is not null)
            await mariaDb.DisposeAsync();
        if (postgreSql is not null)
            await postgreSql.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static string Text(object? value) => value switch
    {
        null => "NULL",
        byte[] bytes => Convert.ToHexString(bytes),
        DateTime moment => moment.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture),
        DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture) + "Z",
        DateOnly day => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("hh\\:mm\\:ss\\.ffffff", System.Globalization.CultureInfo.InvariantCulture),
        double number => number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        bool truth => truth ? "1" : "0",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    static string Skip(string? reason)
    {
        Assert.Skip(reason ?? "the server did not start");
        return "";
    }
}
