using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.Certificates;

/// <summary>Which tables and columns of two databases are each other's: of the same name, else of the same letters and digits, so that "OrderDetails" is "order_details".</summary>
static class TablePairs
{
    /// <summary>Pairs in the first side's order; of each other table there is no more than one.</summary>
    public static List<(T From, T To)> Match<T>(IReadOnlyList<T> from, IReadOnlyList<T> to, Func<T, string> name)
        where T : class
    {
        var pairs = new List<(T, T)>();
        var left = to.ToList();
        var open = new List<T>();
        foreach (T each in from)
        {
            if (left.Find(other => name(other) == name(each)) is { } same) Pair(each, same);
            else open.Add(each);
        }

        foreach (T each in open)
            if (left.Find(other => Plain(name(other)) == Plain(name(each)) && Plain(name(each)).Length > 0) is { } alike)
                Pair(each, alike);
        return [.. from.Select(each => pairs.Find(pair => ReferenceEquals(pair.Item1, each))).Where(pair => pair.Item1 is not null)];

        void Pair(T one, T other)
        {
            pairs.Add((one, other));
            left.Remove(other);
        }
    }

    static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

/// <summary>A table on both sides with the columns by which it is compared.</summary>
sealed record TablePair(TableDefinition From, TableDefinition To, IReadOnlyList<(string From, string To, ColumnType As)> Columns, IReadOnlyList<string> LeftOut)
{
    public IReadOnlyList<(string Name, ColumnType As)> FromColumns { get; } = [.. Columns.Select(column => (column.From, column.As))];

    public IReadOnlyList<(string Name, ColumnType As)> ToColumns { get; } = [.. Columns.Select(column => (column.To, column.As))];

    /// <summary>Places of the first side's key in the columns; empty where there is none that both have.</summary>
    public IReadOnlyList<int> Key { get; } = KeyOf(From, Columns);

    public static TablePair Of(TableDefinition from, TableDefinition to)
    {
        var columns = new List<(string, string, ColumnType)>();
        var left = new List<string>();
        List<(ColumnDefinition From, ColumnDefinition To)> pairs = TablePairs.Match(from.Columns, to.Columns, column => column.Name);
        foreach (ColumnDefinition column in from.Columns)
        {
            (ColumnDefinition? here, ColumnDefinition? there) = pairs.Find(pair => ReferenceEquals(pair.From, column));
            if (here is null || there is null) left.Add($"{column.Name}: the other side has no such column");
            else if (!CanonicalRows.AreComparable(there.Type, here.Type)) left.Add($"{column.Name}: {here.NativeType} and {there.NativeType} have no common form");
            else columns.Add((here.Name, there.Name, here.Type));
        }

        left.AddRange(to.Columns.Where(column => pairs.TrueForAll(pair => !ReferenceEquals(pair.To, column))).Select(column => $"{column.Name}: only the other side has it"));
        return new TablePair(from, to, columns, left);
    }

    static IReadOnlyList<int> KeyOf(TableDefinition from, IReadOnlyList<(string From, string To, ColumnType As)> columns)
    {
        int[] key = [.. from.Key.Select(name => Enumerable.Range(0, columns.Count).FirstOrDefault(index => columns[index].From == name, -1))];
        return key.Contains(-1) ? [] : key;
    }
}
