using Orrery.Sql.Expressions;

namespace Orrery.Sql.Binding;

/// <summary>A column that a name may mean.</summary>
/// <param name="Table">The alias of its table; null for a merged column of USING.</param>
/// <param name="Name">As its table calls it.</param>
/// <param name="Expression">Its value over the rows of FROM.</param>
/// <param name="IsMerged">It stands in a merged column of USING, so only its qualified name means it.</param>
internal sealed record ScopeColumn(string? Table, string Name, BoundExpression Expression, bool IsMerged = false);

/// <summary>What the names of one query mean.</summary>
/// <param name="outer">The query around it, whose names are tried next; null for none.</param>
internal sealed class Scope(Scope? outer, IReadOnlyList<ScopeColumn> columns)
{
    public Scope? Outer => outer;

    public IReadOnlyList<ScopeColumn> Columns => columns;

    /// <summary>The columns of this name, without those of outer queries. A name in the same case goes before one that differs in case.</summary>
    /// <param name="table">Null: of any table.</param>
    public List<ScopeColumn> Find(string? table, string name)
    {
        var found = new List<ScopeColumn>();
        bool isExact = false;
        foreach (var column in columns)
        {
            if (table is null ? column.IsMerged : !string.Equals(column.Table, table, StringComparison.OrdinalIgnoreCase)) continue;
            if (!string.Equals(column.Name, name, StringComparison.OrdinalIgnoreCase)) continue;
            bool same = column.Name == name;
            if (same && !isExact) found.Clear();
            if (same || !isExact) found.Add(column);
            isExact |= same;
        }

        return found;
    }

    public bool HasTable(string table) => columns.Any(column => string.Equals(column.Table, table, StringComparison.OrdinalIgnoreCase));
}
