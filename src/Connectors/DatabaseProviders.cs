using System.Diagnostics.CodeAnalysis;
using Orrery.Connectors.MySql;
using Orrery.Connectors.PostgreSql;
using Orrery.Connectors.Sqlite;
using Orrery.Connectors.SqlServer;

namespace Orrery.Connectors;

/// <summary>The engines that can be connected to.</summary>
public static class DatabaseProviders
{
    static readonly IDatabaseProvider[] All = [new MySqlProvider(), new PostgreSqlProvider(), new SqlServerProvider(), new SqliteProvider()];

    /// <summary>The provider of an engine's name, or null.</summary>
    public static bool TryFind(string engine, [NotNullWhen(true)] out IDatabaseProvider? provider)
    {
        provider = Array.Find(All, p => p.Engines.Contains(engine, StringComparer.OrdinalIgnoreCase));
        return provider is not null;
    }
}
