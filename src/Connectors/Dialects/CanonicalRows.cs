using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>Rows read so that their <see cref="CanonicalText"/> is the one that <see cref="IDialect.SelectDigest"/> computes: columns in the digest's order, turned into the types by which both sides are compared.</summary>
public static class CanonicalRows
{
    /// <summary>Streams rows. The batch is the same object each time.</summary>
    /// <param name="database">Where they are.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Names in the digest's order, each with the type by which it is compared.</param>
    /// <param name="range">Which rows.</param>
    /// <exception cref="NativeTypeException">A column cannot be given as that type.</exception>
    public static IEnumerable<RowBatch> Read(IDatabase database, TableDefinition table, IReadOnlyList<(string Name, ColumnType As)> columns, KeyRange range, CancellationToken cancellationToken = default)
    {
        var given = new List<ColumnDefinition>();
        foreach ((string name, ColumnType type) in columns)
        {
            ColumnDefinition column = table.Column(name);
            if (!CanonicalCasts.IsPossible(column.Type.Kind, type.Kind)) throw CanonicalCasts.Refused(database.Dialect.Name, column, type);
            bool isTurned = (column.Type.Kind, type.Kind) is (ColumnKind.Text, ColumnKind.Uuid) or (ColumnKind.Date, ColumnKind.Timestamp) or (ColumnKind.Timestamp, ColumnKind.Date);
            given.Add(column with { Type = isTurned ? new ColumnType(type.Kind, 7) : column.Type, IsGenerated = false, Nullable = true });
        }

        RowCast? cast = null;
        RowBatch? turned = null;
        foreach (RowBatch batch in database.Read(table, range, new ReadOptions { Columns = [.. given.Select(column => column.Name)] }, cancellationToken))
        {
            cast ??= new RowCast(batch.Schema, table with { Columns = given, Key = [] }, column => new ColumnBound(column.Type, column.NativeType) { TakesZeroDates = true });
            turned ??= new RowBatch(cast.Schema);
            cast.Cast(batch, turned);
            yield return turned;
        }
    }

    /// <summary>Whether a column's values can be compared as another's.</summary>
    public static bool AreComparable(ColumnType column, ColumnType given) => CanonicalCasts.IsPossible(column.Kind, given.Kind);
}
