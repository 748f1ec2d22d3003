using Orrery.Connectors.Rows;
using Orrery.Interfaces.Sql;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sources;

/// <summary>How a source's columns differ from before, and whether a table loses something by it.</summary>
static class SourceColumns
{
    /// <param name="before">Names and types, in their order.</param>
    public static IReadOnlyList<ColumnChange> Differences(IReadOnlyList<SourceColumn> before, IReadOnlyList<SourceColumn> after)
    {
        var changes = new List<ColumnChange>();
        Dictionary<string, SourceColumn> known = before.ToDictionary(static column => column.Name, StringComparer.OrdinalIgnoreCase), there = after.ToDictionary(static column => column.Name, StringComparer.OrdinalIgnoreCase);
        var renamed = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int place = 0; place < before.Count; place++)
        {
            SourceColumn old = before[place];
            if (there.TryGetValue(old.Name, out SourceColumn? now))
            {
                if (now.Type != old.Type)
                    changes.Add(new ColumnChange(IsWider(ColumnType.Parse(old.Type), ColumnType.Parse(now.Type)) ? "widened" : "changed", old.Name, old.Type, now.Type));
            }
            else if (before.Count == after.Count && !known.ContainsKey(after[place].Name) && after[place].Type == old.Type)
            {
                // In the same place, of the same type, among as many: it has another name.
                renamed.Add(after[place].Name);
                changes.Add(new ColumnChange("renamed", old.Name, old.Name, after[place].Name));
            }
            else
            {
                changes.Add(new ColumnChange("dropped", old.Name, old.Type, null));
            }
        }

        changes.AddRange(after.Where(column => !known.ContainsKey(column.Name) && !renamed.Contains(column.Name)).Select(static column => new ColumnChange("added", column.Name, null, column.Type)));
        return changes;
    }

    /// <summary>Whether a table that declares these columns is as right after a change as before.</summary>
    public static bool IsLossless(ColumnChange change, Relation table)
    {
        int place = table.Schema.IndexOf(change.Column);
        bool isDeclared = place >= 0 && !table.Computed.ContainsKey(place);
        return change.Kind switch
        {
            "added" => true,
            _ when !isDeclared => true,
            "dropped" or "renamed" => false,
            _ => Fits(ColumnType.Parse(change.To!), table.Schema[place].Type),
        };
    }

    /// <summary>Whether every value of the one can be a value of the other.</summary>
    public static bool IsWider(ColumnType from, ColumnType to) => (from.Kind, to.Kind) switch
    {
        (ColumnKind.Text, ColumnKind.Text) or (ColumnKind.Binary, ColumnKind.Binary) => to.Length == 0 || (from.Length > 0 && to.Length >= from.Length),
        (_, ColumnKind.Text) => from.Kind is not (ColumnKind.Binary or ColumnKind.Text),
        (ColumnKind.Decimal, ColumnKind.Decimal) => to.Scale >= from.Scale && to.Precision - to.Scale >= from.Precision - from.Scale,
        (ColumnKind.Float32, ColumnKind.Float64) => true,
        (ColumnKind.Time, ColumnKind.Time) or (ColumnKind.Timestamp, ColumnKind.Timestamp) or (ColumnKind.TimestampWithZone, ColumnKind.TimestampWithZone) => to.Precision >= from.Precision,
        (ColumnKind.Date, ColumnKind.Timestamp) => true,
        (var kind, ColumnKind.Decimal) when Digits(kind) is { } digits => to.Precision - to.Scale >= digits,
        (var one, var other) when Bits(one) is { } narrow && Bits(other) is { } wide => other == one || (wide.Size > narrow.Size && (wide.IsSigned || !narrow.IsSigned)),
        (var one, var other) => one == other,
    };

    static bool Fits(ColumnType from, SqlType to) => to.Kind switch
    {
        SqlTypeKind.String => from.Kind != ColumnKind.Binary,
        SqlTypeKind.Binary => from.Kind == ColumnKind.Binary,
        SqlTypeKind.Boolean => from.Kind == ColumnKind.Boolean,
        SqlTypeKind.TinyInt => IsWider(from, new ColumnType(ColumnKind.Int8)),
        SqlTypeKind.SmallInt => IsWider(from, new ColumnType(ColumnKind.Int16)),
        SqlTypeKind.Integer => IsWider(from, new ColumnType(ColumnKind.Int32)),
        SqlTypeKind.BigInt => IsWider(from, new ColumnType(ColumnKind.Int64)),
        SqlTypeKind.Decimal => IsWider(from, new ColumnType(ColumnKind.Decimal, to.Precision, to.Scale)),
        SqlTypeKind.Float => from.Kind is ColumnKind.Float32,
        SqlTypeKind.Double => from.Kind is ColumnKind.Float32 or ColumnKind.Float64,
        SqlTypeKind.Date => from.Kind == ColumnKind.Date,
        SqlTypeKind.Time => from.Kind == ColumnKind.Time,
        SqlTypeKind.Timestamp => from.Kind is ColumnKind.Timestamp && from.Precision <= Math.Max(to.Precision, 6),
        SqlTypeKind.TimestampLtz => from.Kind is ColumnKind.TimestampWithZone,
        _ => false,
    };

    static (int Size, bool IsSigned)? Bits(ColumnKind kind) => kind switch
    {
        ColumnKind.Int8 => (8, true),
        ColumnKind.Int16 => (16, true),
        ColumnKind.Int32 => (32, true),
        ColumnKind.Int64 => (64, true),
        ColumnKind.UInt8 => (8, false),
        ColumnKind.UInt16 => (16, false),
        ColumnKind.UInt32 => (32, false),
        ColumnKind.UInt64 => (64, false),
        _ => null,
    };

    static int? Digits(ColumnKind kind) => kind switch
    {
        ColumnKind.Int8 or ColumnKind.UInt8 => 3,
        ColumnKind.Int16 or ColumnKind.UInt16 => 5,
        ColumnKind.Int32 or ColumnKind.UInt32 => 10,
        ColumnKind.Int64 => 19,
        ColumnKind.UInt64 => 20,
        _ => null,
    };
}

/// <param name="Type">As <see cref="ColumnType.ToString"/> spells it.</param>
sealed record SourceColumn(string Name, string Type)
{
    public static IReadOnlyList<SourceColumn> Of(TableSchema schema) => [.. schema.Columns.Select(static column => new SourceColumn(column.Name, column.Type.ToString()))];
}
