using System.Globalization;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>
/// Three small tables with few different values, so that keys meet, and random histories of them: new rows, other values and other join keys under the same primary key, deletions, the same change twice,
/// deletions of what is not there. It knows what each table must hold, and writes that as PostgreSQL's VALUES.
/// </summary>
internal sealed class RandomTables(Random random)
{
    public const string Script = """
        CREATE TABLE t0 (id BIGINT NOT NULL, a BIGINT, b INT, s STRING, d DECIMAL(12, 2), f DOUBLE, g BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE t1 (id BIGINT NOT NULL, a BIGINT, b INT, s STRING, d DECIMAL(12, 2), f DOUBLE, g BOOLEAN, ts TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE t2 (id BIGINT NOT NULL, a BIGINT, b INT, s STRING, d DECIMAL(12, 2), f DOUBLE, g BOOLEAN, ts TIMESTAMP(3));
        """;

    public static readonly (string Name, string Type)[] Columns =
        [("id", "bigint"), ("a", "bigint"), ("b", "int"), ("s", "text"), ("d", "numeric"), ("f", "float8"), ("g", "boolean"), ("ts", "timestamp")];

    private readonly Dictionary<long, object?[]>[] _keyed = [[], []];
    private readonly List<object?[]> _free = [];

    /// <summary>What a step was given: table, row, weight; 0: deletion by key.</summary>
    public List<(string Table, object?[] Row, int Weight)> Last { get; private set; } = [];

    /// <summary>Gives a graph what a step was given before.</summary>
    public static void Repeat(IEnumerable<(string Table, object?[] Row, int Weight)> changes, DataflowGraph graph)
    {
        foreach (var (name, row, weight) in changes)
        {
            var table = graph.FindTable(name);
            nint packed = RowValues.FromObjects(row, table.Layout, graph.Arena);
            if (weight == 0) table.Delete(packed);
            else table.Add(packed, weight);
        }
    }

    /// <summary>Changes some rows, here and in the graph's tables; the graph is then ready for a step.</summary>
    public void Change(DataflowGraph graph)
    {
        Last = [];
        int changes = random.Next(10) switch { 0 => 0, < 7 => random.Next(1, 5), _ => random.Next(5, 20) };
        for (int index = 0; index < changes; index++)
        {
            int table = random.Next(3);
            if (table == 2) ChangeFree();
            else ChangeKeyed(_keyed[table], "t" + table);
        }

        Repeat(Last, graph);
    }

    /// <summary>The three tables as a WITH of PostgreSQL.</summary>
    public string With() => "WITH " + string.Join(", ", Enumerable.Range(0, 3).Select(table =>
    {
        IReadOnlyCollection<object?[]> rows = table == 2 ? _free : _keyed[table].Values;
        string names = string.Join(", ", Columns.Select(column => column.Name));
        string values = string.Join(", ", rows.Select(row => "(" + string.Join(", ", row.Select((value, column) => Literal(value, Columns[column].Type))) + ")"));
        string nothing = "(" + string.Join(", ", Columns.Select(column => $"NULL::{column.Type}")) + ")";
        return $"t{table}({names}) AS (SELECT * FROM (VALUES {nothing}{(rows.Count > 0 ? ", " + values : "")}) AS v({names}) WHERE id IS NOT NULL)";
    }));

    private static string Literal(object? value, string type) => value switch
    {
        null => "NULL",
        string text => $"'{text}'",
        bool flag => flag ? "true" : "false",
        DateTime time => $"'{time:yyyy-MM-dd HH:mm:ss}'::timestamp",
        _ => $"{Convert.ToString(value, CultureInfo.InvariantCulture)}::{type}",
    };

    private void ChangeKeyed(Dictionary<long, object?[]> rows, string table)
    {
        long key = random.Next(12);
        if (random.Next(4) == 0)
        {
            // A deletion may say anything but the key, and there may be no such row.
            Last.Add((table, NewRow(key), 0));
            rows.Remove(key);
            return;
        }

        object?[] row;
        if (random.Next(3) == 0 && rows.TryGetValue(key, out var former))
        {
            row = [.. former];
            int column = random.Next(1, row.Length);
            row[column] = NewRow(key)[column];
        }
        else
        {
            row = NewRow(key);
        }

        rows[key] = row;
        Last.Add((table, row, 1));
        if (random.Next(8) == 0) Last.Add((table, row, 1));
    }

    private void ChangeFree()
    {
        if (_free.Count > 0 && random.Next(_free.Count > 15 ? 2 : 3) == 0)
        {
            int index = random.Next(_free.Count);
            Last.Add(("t2", _free[index], -1));
            _free.RemoveAt(index);
            return;
        }

        var row = _free.Count > 0 && random.Next(4) == 0 ? _free[random.Next(_free.Count)] : NewRow(random.Next(6));
        // What is taken back before it comes is owed, and settled when it comes.
        if (random.Next(10) == 0)
        {
            var other = NewRow(random.Next(6));
            if (!_free.Any(known => known.SequenceEqual(other)))
            {
                Last.Add(("t2", other, -1));
                Last.Add(("t2", other, 1));
            }
        }

        Last.Add(("t2", row, 1));
        _free.Add(row);
    }

    private object?[] NewRow(long key) =>
    [
        key,
        Maybe(() => (object)(long)random.Next(5)),
        Maybe(() => random.Next(-2, 4)),
        Maybe(() => new[] { "", "a", "ab", "b", "Zoë", "x y" }[random.Next(6)]),
        Maybe(() => random.Next(-300, 300) / 100m),
        Maybe(() => random.Next(-6, 7) * 0.5),
        Maybe(() => random.Next(2) == 0),
        Maybe(() => new DateTime(2026, 1, 1).AddMinutes(random.Next(12) * 7)),
    ];

    private object? Maybe(Func<object> value) => random.Next(6) == 0 ? null : value();
}
