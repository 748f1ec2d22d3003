using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Following;

/// <summary>What MySQL's foreign keys do to rows by themselves, and do not log, done in a follower that has no foreign keys yet.</summary>
static class Cascading
{
    /// <summary>Rows that named a row by columns that changed.</summary>
    public static void Update(IDatabase follower, ChangeProjection parent, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        IDialect dialect = follower.Dialect;
        foreach ((FollowedTable child, ForeignKey key) in parent.Table.Cascades)
        {
            if (key.OnUpdate is not ("CASCADE" or "SET NULL")) continue;
            if (parent.Values(before, key.ParentColumns) is not { } old || parent.Values(after, key.ParentColumns) is not { } now || key.ParentColumns.All(column => old[column].AsSpan().SequenceEqual(now[column]))) continue;
            string[] names = [.. key.Columns.Select(column => child.NameOf(column)).OfType<string>()];
            if (names.Length != key.Columns.Count) continue;
            var schema = new TableSchema("", child.Follower.Name.Name, [.. key.ParentColumns.Select((column, index) => parent.Captured(column) with { Name = names[index] })], []);
            IEnumerable<(string Name, string Literal)> from = Of(old), to = Of(now);
            string set = string.Join(", ", to.Select(pair => $"{pair.Name} = {(key.OnUpdate == "CASCADE" ? pair.Literal : "NULL")}")), where = string.Join(" AND ", from.Select(pair => $"{pair.Name} = {pair.Literal}"));
            follower.Execute($"UPDATE {dialect.Quote(child.Follower.Name)} SET {set} WHERE {where}");

            IEnumerable<(string, string)> Of(Dictionary<string, byte[]> values)
            {
                var writer = new RowWriter(64);
                writer.BeginRow(key.ParentColumns.Count);
                foreach (string column in key.ParentColumns) writer.WriteEncoded(values[column]);
                writer.EndRow();
                return ChangeApplier.Literals(schema, writer.Written.ToArray(), child.Follower, dialect);
            }
        }
    }

    /// <summary>Rows whose parents are gone, at a moment at which the leader has none: they went with them, or lost what named them.</summary>
    public static void Orphans(IDatabase follower, IReadOnlyList<FollowedTable> tables)
    {
        IDialect dialect = follower.Dialect;
        for (int round = 0; round <= tables.Count; round++)
        {
            long changed = 0;
            foreach (FollowedTable parent in tables)
                foreach ((FollowedTable child, ForeignKey key) in parent.Cascades)
                {
                    string[] names = [.. key.Columns.Select(column => child.NameOf(column)).OfType<string>().Select(dialect.Quote)], parents = [.. key.ParentColumns.Select(column => parent.NameOf(column)).OfType<string>().Select(dialect.Quote)];
                    if (names.Length != key.Columns.Count || parents.Length != names.Length || key.OnDelete is not ("CASCADE" or "SET NULL")) continue;
                    string table = dialect.Quote(child.Follower.Name);
                    // MySQL reads no table that it writes but through a table of its own.
                    string gone = $"{string.Join(" AND ", names.Select(name => $"{table}.{name} IS NOT NULL"))} AND NOT EXISTS (SELECT 1 FROM (SELECT {string.Join(", ", parents)} FROM {dialect.Quote(parent.Follower.Name)}) p WHERE {string.Join(" AND ", parents.Select((name, index) => $"p.{name} = {table}.{names[index]}"))})";
                    changed += Math.Max(0, follower.Execute(key.OnDelete == "CASCADE" ? $"DELETE FROM {table} WHERE {gone}" : $"UPDATE {table} SET {string.Join(", ", names.Select(name => $"{name} = NULL"))} WHERE {gone}"));
                }

            if (changed == 0) return;
        }
    }
}
