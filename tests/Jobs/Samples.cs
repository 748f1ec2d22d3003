using System.Text;
using MySql.Data.MySqlClient;
using Npgsql;
using Microsoft.Data.Sqlite;
using Orrery.Connectors.Sqlite;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Tests;

/// <summary>Known databases, from the scripts that come with them.</summary>
static class Samples
{
    public static void Sakila(DatabaseAddress address)
    {
        MySqlScript(address, LiveServers.Data("sakila/mysql-testdb/sakila-mv-schema.sql.gz"));
        MySqlScript(address, LiveServers.Data("sakila/mysql-testdb/sakila-mv-data.sql.gz"));
    }

    public static void MyWind(DatabaseAddress address)
    {
        MySqlScript(address, File.ReadAllText(PathOf("mywind-mysql/northwind.sql")));
        MySqlScript(address, LiveServers.Data("mywind-mysql/northwind-data.sql.gz"));
    }

    public static void NorthwindPostgreSql(DatabaseAddress address)
    {
        using var connection = new NpgsqlConnection(address.ConnectionString);
        connection.Open();
        using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = LiveServers.Data("northwind/postgresql/northwind.sql.gz");
        command.ExecuteNonQuery();
    }

    public static void NorthwindSqlite(DatabaseAddress address)
    {
        using SqliteConnection connection = SqliteConnections.Open(address.ConnectionString);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = LiveServers.Data("northwind/sqlite/create.sql.gz");
        command.ExecuteNonQuery();
    }

    /// <summary>Statements apart at their delimiters, which scripts change for routines. The script's own choice of a database is left out.</summary>
    static void MySqlScript(DatabaseAddress address, string script)
    {
        using var connection = new MySqlConnection(address.ConnectionString + ";Allow User Variables=true");
        connection.Open();
        string delimiter = ";";
        var statement = new StringBuilder();
        foreach (string line in script.Split('\n'))
        {
            string trimmed = line.Trim();
            if (statement.Length == 0 && (trimmed.Length == 0 || trimmed.StartsWith("--", StringComparison.Ordinal))) continue;
            if (trimmed.StartsWith("DELIMITER ", StringComparison.OrdinalIgnoreCase))
            {
                delimiter = trimmed["DELIMITER ".Length..].Trim();
                continue;
            }

            statement.Append(line).Append('\n');
            if (!trimmed.EndsWith(delimiter, StringComparison.Ordinal)) continue;
            string text = statement.ToString().Trim();
            text = text[..^delimiter.Length].Replace("`northwind`.", "", StringComparison.Ordinal).Replace("`sakila`.", "", StringComparison.Ordinal).Replace("sakila.", "", StringComparison.Ordinal);
            statement.Clear();
            if (text.StartsWith("USE ", StringComparison.OrdinalIgnoreCase) || text.Contains(" SCHEMA ", StringComparison.OrdinalIgnoreCase) || text.StartsWith("CREATE DATABASE", StringComparison.OrdinalIgnoreCase)) continue;
            using MySqlCommand command = connection.CreateCommand();
            command.CommandText = text;
            command.CommandTimeout = 300;
            command.ExecuteNonQuery();
        }
    }

    static string PathOf(string name)
    {
        string root = Environment.GetEnvironmentVariable("ORRERY_TEST_DATA") ?? "";
        for (var up = new DirectoryInfo(AppContext.BaseDirectory); up is not null && root.Length == 0; up = up.Parent)
            if (File.Exists(Path.Combine(up.FullName, "Cluster.sln")))
                root = Path.Combine(up.FullName, "..", "shared", "data");
        string path = Path.Combine(root, name);
        if (!File.Exists(path)) Assert.Skip($"The test data {name} is not here: name its folder by ORRERY_TEST_DATA.");
        return path;
    }
}
