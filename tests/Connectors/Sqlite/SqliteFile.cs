using System.Diagnostics.Metrics;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Connectors.Sqlite;

namespace Orrery.Connectors.Tests.Sqlite;

/// <summary>A database file in a directory of its own, with one table of numbers and text.</summary>
sealed class SqliteFile : IDisposable
{
    public const int ApplicationId = 4711;

    public static readonly SqliteSchema Schema = new(ApplicationId, [["CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"]]);

    readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public SqliteFile()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("orrery-sqlite-").FullName;
        FilePath = Path.Combine(Directory, "test.db");
        Options = new() { FilePath = FilePath, BusyTimeout = TimeSpan.FromMilliseconds(50) };
    }

    public string Directory { get; }

    public string FilePath { get; }

    public SqliteOptions Options { get; set; }

    public SqliteDatabase Open() => Open(Schema);

    public SqliteDatabase Open(SqliteSchema schema) =>
        SqliteDatabase.Open(Options, schema, new SqliteInstruments(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger.Instance);

    /// <summary>Opens the file from outside, as another program would.</summary>
    public SqliteConnection OpenOutside() => SqliteConnections.Open($"Data Source={FilePath}");

    public void RunOutside(string sql)
    {
        using var connection = OpenOutside();
        Run(connection, sql);
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        services.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
