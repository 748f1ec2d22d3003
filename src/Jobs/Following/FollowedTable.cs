using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Following;

/// <summary>A table whose changes are applied to another.</summary>
/// <param name="Name">As the capture names it, database or schema with it.</param>
/// <param name="Leader">Where it changes.</param>
/// <param name="Follower">Where changes are applied.</param>
/// <param name="Columns">Those whose values travel, as they are called here and there.</param>
sealed record FollowedTable(string Name, TableDefinition Leader, TableDefinition Follower, IReadOnlyList<(string Leader, string Follower)> Columns)
{
    /// <summary>Foreign keys that name rows of this table and do something to theirs when one goes or changes its key.</summary>
    public IReadOnlyList<(FollowedTable Child, ForeignKey Key)> Cascades { get; set; } = [];

    /// <summary>How many tables stand above it by foreign keys: rows are put from the least on, and removed from the most.</summary>
    public int Rank { get; set; }

    /// <summary>The tables of a plan, for the way from the source or the way back to it.</summary>
    public static IReadOnlyList<FollowedTable> Of(IReadOnlyList<TablePlan> plans, bool isBack, IDatabase leader, DatabaseSchema leaderSchema)
    {
        string own = leader.Dialect.Engines[0] == "postgresql" ? CatalogQuery.Value(leader, "SELECT current_schema()")! : leader.Name;
        var tables = plans.Select(plan =>
        {
            TableDefinition from = isBack ? plan.Target : plan.Source, to = isBack ? plan.Source : plan.Target;
            return new FollowedTable($"{from.Name.Schema ?? own}.{from.Name.Name}", from, to, isBack ? [.. plan.Columns.Select(pair => (pair.Target, pair.Source))] : plan.Columns);
        }).ToList();
        foreach (FollowedTable parent in tables)
            parent.Cascades =
            [
                .. from child in tables
                   from key in leaderSchema.Tables.FirstOrDefault(table => table.Name.Name == child.Leader.Name.Name)?.ForeignKeys ?? []
                   where key.Parent.Name == parent.Leader.Name.Name && (key.OnDelete is "CASCADE" or "SET NULL" || key.OnUpdate is "CASCADE" or "SET NULL")
                   select (child, key),
            ];
        // Circles end with the count of tables.
        for (int round = 0; round < tables.Count; round++)
            foreach (FollowedTable child in tables)
                foreach (ForeignKey key in leaderSchema.Tables.FirstOrDefault(table => table.Name.Name == child.Leader.Name.Name)?.ForeignKeys ?? [])
                    if (tables.Find(table => table.Leader.Name.Name == key.Parent.Name) is { } parent && parent != child && child.Rank <= parent.Rank && parent.Rank < tables.Count)
                        child.Rank = parent.Rank + 1;
        return tables;
    }

    /// <summary>A leader's column as the follower calls it; null where it does not travel.</summary>
    public string? NameOf(string leaderColumn)
    {
        foreach ((string leader, string follower) in Columns)
            if (leader == leaderColumn)
                return follower;
        return null;
    }
}
