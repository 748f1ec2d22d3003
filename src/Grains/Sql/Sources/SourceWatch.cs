using Orrery.Connectors.Rows;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// What is known of the columns that tables' sources had, and what becomes of a change. It decides before a record is read, by the leader alone; what was read is in the journal, so nobody else has to decide again.
/// <code>
/// columns that were seen before           --> read on
/// the first of a source                   --> read on: that is how it is
/// others,  'continue'                     --> noted, read on: a column that is gone is null from then on, one that is new and declared has its values
///          'adapt', nothing is lost       --> accepted, read on
///          'adapt' else, 'pause'          --> held at this record until somebody resumes it
/// </code>
/// </summary>
/// <param name="state">Where it is kept.</param>
sealed class SourceWatch(SourceWatchState state, TimeProvider time)
{
    /// <summary>Changes that are kept.</summary>
    const int ChangesMax = 500;

    /// <summary>Columns of one source that are remembered.</summary>
    const int SeenMax = 200;

    /// <summary>Partitions that stand still, by table and partition.</summary>
    readonly Dictionary<(string Table, int Partition), SourceChange> held = [];
    readonly Dictionary<(string Table, int Partition), string> waiting = [];

    /// <summary>Whether something has to be stored.</summary>
    public bool IsChanged { get; set; }

    public bool IsHeld(string table, int partition) => held.ContainsKey((table, partition));

    /// <summary>Why a table stands still; null: it does not.</summary>
    public SourceChange? HeldOf(string table) => held.Where(entry => entry.Key.Table == table).Select(static entry => entry.Value).FirstOrDefault();

    /// <summary>Whether a record with these columns may be read.</summary>
    /// <param name="policy">See <see cref="TableOptions.OnSchemaChange"/>.</param>
    public bool Allows(Relation table, string policy, TableSchema schema, int partition, long offset)
    {
        string source = schema.ToString(), print = schema.Fingerprint.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
        if (!state.Tables.TryGetValue(table.Name, out Dictionary<string, SeenColumns>? sources))
            state.Tables[table.Name] = sources = [];
        IReadOnlyList<SourceColumn> columns = SourceColumn.Of(schema);
        if (!sources.TryGetValue(source, out SeenColumns? seen))
        {
            sources[source] = new SeenColumns([print], [.. columns]);
            return IsChanged = true;
        }

        if (seen.Prints.Contains(print))
            return true;
        IReadOnlyList<ColumnChange> differences = SourceColumns.Differences(seen.Columns, columns);
        if (differences.Count == 0)
        {
            // Another spelling of the same.
            Accept(sources, source, seen, print, columns);
            return true;
        }

        bool isAccepted = policy == TableOptions.Adapt && differences.All(change => SourceColumns.IsLossless(change, table));
        bool isHeld = policy != TableOptions.Continue && !isAccepted;
        var change = new SourceChange(time.GetUtcNow(), table.Name, source, partition, offset, isHeld ? "held" : isAccepted ? "accepted" : "noted", differences);
        if (!isHeld)
        {
            Accept(sources, source, seen, print, columns);
            Note(change);
            return true;
        }

        held[(table.Name, partition)] = change;
        waiting[(table.Name, partition)] = print;
        // The same change in another partition, or after a restart, is no news.
        if (!state.Changes.Any(other => other.Outcome == "held" && other.Relation == table.Name && other.Source == source && other.Columns.SequenceEqual(differences)))
            Note(change);
        return false;
    }

    /// <summary>Somebody lets a table go on with the columns as they are now.</summary>
    /// <returns>Whether it stood still.</returns>
    public bool Resume(string table)
    {
        var keys = held.Keys.Where(key => key.Table == table).ToArray();
        foreach (var key in keys)
        {
            held.Remove(key, out SourceChange? change);
            waiting.Remove(key, out string? print);
            SeenColumns seen = state.Tables[table][change!.Source];
            if (seen.Prints.Contains(print!))
                continue;
            Accept(state.Tables[table], change.Source, seen, print!, After(seen.Columns, change.Columns));
            Note(change with { At = time.GetUtcNow(), Outcome = "resumed" });
        }

        return keys.Length > 0;
    }

    /// <summary>Of tables that are gone or made anew nothing is known.</summary>
    public void Forget(string table)
    {
        IsChanged |= state.Tables.Remove(table);
        Release(table);
    }

    /// <summary>A table is looked at anew.</summary>
    public void Release(string table)
    {
        foreach (var key in held.Keys.Where(key => key.Table == table).ToArray())
        {
            held.Remove(key);
            waiting.Remove(key);
        }
    }

    void Accept(Dictionary<string, SeenColumns> sources, string source, SeenColumns seen, string print, IReadOnlyList<SourceColumn> columns)
    {
        sources[source] = new SeenColumns([.. seen.Prints.TakeLast(SeenMax - 1), print], [.. columns]);
        IsChanged = true;
    }

    void Note(SourceChange change)
    {
        state.Changes.Add(change);
        if (state.Changes.Count > ChangesMax)
            state.Changes.RemoveRange(0, state.Changes.Count - ChangesMax);
        IsChanged = true;
    }

    static IReadOnlyList<SourceColumn> After(IReadOnlyList<SourceColumn> before, IReadOnlyList<ColumnChange> changes)
    {
        var columns = new List<SourceColumn>();
        foreach (SourceColumn column in before)
        {
            ColumnChange? change = changes.FirstOrDefault(change => change.Kind != "added" && change.Column == column.Name);
            if (change is null)
                columns.Add(column);
            else if (change.Kind == "renamed")
                columns.Add(column with { Name = change.To! });
            else if (change.To is { } type)
                columns.Add(column with { Type = type });
        }

        columns.AddRange(changes.Where(static change => change.Kind == "added").Select(static change => new SourceColumn(change.Column, change.To!)));
        return columns;
    }
}

/// <summary>What <see cref="SourceWatch"/> keeps.</summary>
sealed class SourceWatchState
{
    /// <summary>By table, by source's table.</summary>
    public Dictionary<string, Dictionary<string, SeenColumns>> Tables { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The newest last.</summary>
    public List<SourceChange> Changes { get; set; } = [];
}

/// <param name="Prints">Of schemas that are read on, in hexadecimal.</param>
/// <param name="Columns">The newest.</param>
sealed record SeenColumns(string[] Prints, SourceColumn[] Columns);
