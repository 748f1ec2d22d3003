using System.Data.Common;
using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.DataModels;

/// <summary>A model and a live database: what differs, rows too; and how statements are run there.</summary>
public static class LiveComparison
{
    /// <summary>The differences.</summary>
    /// <exception cref="DbException">The database cannot be asked.</exception>
    public static SchemaChanges Compare(ModelSchema wanted, IDatabase database)
    {
        DatabaseSchema live = SchemaReader.Read(database);
        SchemaChanges changes = SchemaComparison.Compare(wanted, live);
        var seeds = new List<SeedChange>();
        foreach (RenderedTable table in wanted.Tables)
        {
            if (table.Model.Seed is not { } seed || changes.Added.Contains(table)) continue;
            string name = table.Schema.Name.Name;
            SchemaTable? there = changes.Changed.FirstOrDefault(change => change.Wanted == table.Schema)?.Found ?? live.Tables.FirstOrDefault(each => each.Name.Name == name);
            bool hasAll = there is not null && there.Name.Name == name && there.Definition.Key.SequenceEqual(table.Schema.Definition.Key) && seed.Columns.All(column => there.Definition.Columns.Any(each => each.Name == table.Columns[column]));
            // A table that has to change first is compared by its rows afterwards: all of them are written anew where they are not sure to be there.
            if (hasAll) seeds.AddRange(SeedScript.Compare(table, database, there!.Definition));
        }

        return changes with { Seeds = seeds };
    }

    /// <summary>Rows that another version of the model does not have, or otherwise.</summary>
    public static SchemaChanges Compare(ModelSchema wanted, ModelSchema before)
    {
        SchemaChanges changes = SchemaComparison.Compare(wanted, before.Schema);
        var seeds = new List<SeedChange>();
        foreach (RenderedTable table in wanted.Tables)
        {
            if (table.Model.Seed is not { } seed || changes.Added.Contains(table)) continue;
            SeedRows? old = (before.Tables.FirstOrDefault(each => each.Model.Name == table.Model.Name) ?? before.Tables.FirstOrDefault(each => each.Model.Name == table.Model.Was))?.Model.Seed;
            IReadOnlyList<string> key = table.Model.Schema.Definition.Key;
            Dictionary<string, IReadOnlyList<string?>> rows = old is null ? [] : old.Rows.ToDictionary(row => KeyOf(old, row, key), StringComparer.Ordinal);
            for (int row = 0; row < seed.Rows.Count; row++)
            {
                bool isThere = rows.TryGetValue(KeyOf(seed, seed.Rows[row], key), out IReadOnlyList<string?>? was);
                if (isThere && old!.Columns.SequenceEqual(seed.Columns) && was!.SequenceEqual(seed.Rows[row])) continue;
                seeds.Add(new SeedChange(table, row, !isThere, SeedScript.Shown(table, row)));
            }
        }

        return changes with { Seeds = seeds };
    }

    /// <summary>Runs steps; all or none where the engine can take definitions back.</summary>
    /// <param name="database">Where.</param>
    /// <param name="steps">In their order.</param>
    /// <param name="withDestructive">Else destructive steps are left out.</param>
    /// <param name="cancellationToken">Asked between two steps.</param>
    /// <returns>How many ran.</returns>
    /// <exception cref="DbException">The server refused one.</exception>
    public static int Run(IDatabase database, IReadOnlyList<ScriptStep> steps, bool withDestructive, CancellationToken cancellationToken = default)
    {
        ScriptStep[] chosen = [.. steps.Where(step => step.Sql.Length > 0 && (withDestructive || !step.IsDestructive))];
        foreach (ScriptStep step in chosen.Where(step => step.IsApart)) database.Execute(step.Sql);
        using DatabaseTransaction? transaction = database.Dialect.Engines[0] == "mysql" ? null : database.Begin();
        foreach (ScriptStep step in chosen.Where(step => !step.IsApart))
        {
            cancellationToken.ThrowIfCancellationRequested();
            database.Execute(step.Sql);
        }

        transaction?.Commit();
        return chosen.Length;
    }

    static string KeyOf(SeedRows seed, IReadOnlyList<string?> row, IReadOnlyList<string> key) => string.Join('\n', key.Select(name => row[seed.Columns.ToList().IndexOf(name)]));
}
