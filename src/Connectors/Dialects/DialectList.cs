using System.Diagnostics.CodeAnalysis;
using Orrery.Connectors.MySql;
using Orrery.Connectors.Oracle;
using Orrery.Connectors.PostgreSql;
using Orrery.Connectors.Sqlite;
using Orrery.Connectors.SqlServer;

namespace Orrery.Connectors.Dialects;

/// <summary>The dialects that there are.</summary>
public static class DialectList
{
    public static IReadOnlyList<IDialect> All { get; } = [new SqliteDialect(), new PostgreSqlDialect(), new MySqlDialect(), new SqlServerDialect(), new OracleDialect()];

    /// <summary>The dialect of an engine's name, or null.</summary>
    public static bool TryFind(string engine, [NotNullWhen(true)] out IDialect? dialect)
    {
        dialect = All.FirstOrDefault(candidate => candidate.Engines.Contains(engine, StringComparer.OrdinalIgnoreCase));
        return dialect is not null;
    }
}
