namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>
/// A random query in both dialects. They differ here in little: PostgreSQL's AVG and SUM are cast to the dialect's types, aggregates without an order get one, strings are text.
/// </summary>
internal sealed class RandomQuery(Random random)
{
    private int _aliases;

    /// <param name="Ours">In the dialect.</param>
    /// <param name="Theirs">In PostgreSQL's.</param>
    /// <param name="Columns">Names and kinds: i bigint or int, n decimal of scale 2, r float, s text, g boolean, t timestamp.</param>
    internal sealed record Text(string Ours, string Theirs, IReadOnlyList<(string Name, char Kind)> Columns);

    /// <summary>A query of so many levels at most.</summary>
    public Text Query(int depth)
    {
        if (depth <= 0) return Select(depth);
        return random.Next(14) switch
        {
            0 or 1 => Select(depth),
            2 or 3 or 4 => Join(depth),
            5 or 6 => Aggregate(depth),
            7 => Exists(depth),
            8 => Top(depth),
            9 => SetOperation(depth),
            10 => Over(depth),
            11 => Window(depth),
            12 => Correlated(depth),
            _ => Chain(depth),
        };
    }

    private string Alias() => "q" + _aliases++;

    private Text Table()
    {
        string name = "t" + random.Next(3);
        return new Text(name, name, [("id", 'i'), ("a", 'i'), ("b", 'i'), ("s", 's'), ("d", 'n'), ("f", 'r'), ("g", 'g'), ("ts", 't')]);
    }

    private Text Source(int depth)
    {
        if (depth <= 0 || random.Next(3) == 0) return Table();
        var query = Query(depth - 1);
        return query with { Ours = $"({query.Ours})", Theirs = $"({query.Theirs})" };
    }

    private (string Name, char Kind) Any(IReadOnlyList<(string Name, char Kind)> columns) => columns[random.Next(columns.Count)];

    private (string Name, char Kind)? Any(IReadOnlyList<(string Name, char Kind)> columns, string kinds)
    {
        var fit = columns.Where(column => kinds.Contains(column.Kind)).ToList();
        return fit.Count == 0 ? null : Any(fit);
    }

    private Text Select(int depth)
    {
        var source = Source(depth);
        string alias = Alias();
        var outputs = new List<(string Name, char Kind)>();
        var list = new List<string>();
        foreach (var column in source.Columns.Where(_ => random.Next(3) != 0).DefaultIfEmpty(source.Columns[0]))
        {
            outputs.Add(($"c{outputs.Count}", column.Kind));
            list.Add($"{Expression(alias, column)} AS c{outputs.Count - 1}");
        }

        string distinct = random.Next(6) == 0 ? "DISTINCT " : "";
        string where = random.Next(3) == 0 ? "" : " WHERE " + Condition(alias, source.Columns);
        string Make(string from) => $"SELECT {distinct}{string.Join(", ", list)} FROM {from} AS {alias}{where}";
        return new Text(Make(source.Ours), Make(source.Theirs), outputs);
    }

    private string Expression(string alias, (string Name, char Kind) column)
    {
        string name = $"{alias}.{column.Name}";
        return (column.Kind, random.Next(6)) switch
        {
            ('i', 0) => $"{name} + {random.Next(3)}",
            ('i', 1) => $"COALESCE({name}, {random.Next(3)})",
            ('i', 2) => $"CASE WHEN {name} > 1 THEN {name} * 2 ELSE 0 END",
            ('s', 0) => $"{name} || '!'",
            ('s', 1) => $"COALESCE({name}, 'none')",
            ('r', 0) => $"{name} * 2",
            ('g', 0) => $"NOT {name}",
            _ => name,
        };
    }

    private string Condition(string alias, IReadOnlyList<(string Name, char Kind)> columns)
    {
        var column = Any(columns);
        string name = $"{alias}.{column.Name}";
        string simple = (column.Kind, random.Next(4)) switch
        {
            (_, 0) => $"{name} IS {(random.Next(2) == 0 ? "NOT " : "")}NULL",
            ('i', 1) => $"{name} IN ({random.Next(3)}, {random.Next(6)})",
            ('i', 2) => $"{name} BETWEEN {random.Next(2)} AND {random.Next(2, 5)}",
            ('i', _) => $"{name} {Comparison()} {random.Next(4)}",
            ('n', _) => $"{name} {Comparison()} {random.Next(-2, 3)}.5",
            ('r', _) => $"{name} {Comparison()} {random.Next(-2, 3)}",
            ('s', 1) => $"{name} LIKE '%a%'",
            ('s', _) => $"{name} {Comparison()} 'ab'",
            ('t', _) => $"{name} {Comparison()} TIMESTAMP '2026-01-01 00:35:00'",
            _ => name,
        };
        return random.Next(4) switch
        {
            0 => $"({simple} AND {Condition(alias, columns)})",
            1 => $"({simple} OR {Condition(alias, columns)})",
            2 when random.Next(3) == 0 => $"NOT ({simple})",
            _ => simple,
        };
    }

    private string Comparison() => new[] { "=", "<>", "<", ">", "<=", ">=" }[random.Next(6)];

    private Text Join(int depth)
    {
        Text left = Source(depth), right = Source(depth - 1);
        string one = Alias(), other = Alias();
        if (Keys(left, right, one, other) is not { } keys) return Select(depth);
        string kind = new[] { "INNER", "LEFT", "LEFT", "RIGHT", "FULL" }[random.Next(5)];
        string residual = "";
        if (random.Next(4) == 0 && kind != "FULL" && Any(left.Columns, "i") is { } first && Any(right.Columns, "i") is { } second) residual = $" AND {one}.{first.Name} {Comparison()} {other}.{second.Name}";
        var (list, outputs) = Take((one, left), (other, right));
        string where = random.Next(4) != 0 ? "" : random.Next(2) == 0 ? " WHERE " + Condition(one, left.Columns) : " WHERE " + Condition(other, right.Columns);
        string Make(string a, string b) => $"SELECT {list} FROM {a} AS {one} {kind} JOIN {b} AS {other} ON {keys}{residual}{where}";
        return new Text(Make(left.Ours, right.Ours), Make(left.Theirs, right.Theirs), outputs);
    }

    /// <summary>Three to five tables one after the other, as a wide table has them.</summary>
    private Text Chain(int depth)
    {
        var tables = new List<(string Alias, Text Source)> { (Alias(), Source(depth - 2)) };
        string ours = $"{tables[0].Source.Ours} AS {tables[0].Alias}", theirs = $"{tables[0].Source.Theirs} AS {tables[0].Alias}";
        int count = random.Next(2, 5);
        for (int index = 0; index < count; index++)
        {
            var (alias, source) = (Alias(), random.Next(3) == 0 ? Source(depth - 2) : Table());
            var parent = tables[random.Next(tables.Count)];
            if (Keys(parent.Source, source, parent.Alias, alias) is not { } keys) continue;
            string kind = random.Next(3) == 0 ? "INNER" : "LEFT";
            ours += $" {kind} JOIN {source.Ours} AS {alias} ON {keys}";
            theirs += $" {kind} JOIN {source.Theirs} AS {alias} ON {keys}";
            tables.Add((alias, source));
        }

        var (list, outputs) = Take([.. tables]);
        return new Text($"SELECT {list} FROM {ours}", $"SELECT {list} FROM {theirs}", outputs);
    }

    private (string List, List<(string Name, char Kind)> Outputs) Take(params (string Alias, Text Source)[] sources)
    {
        var list = new List<string>();
        var outputs = new List<(string Name, char Kind)>();
        foreach (var (alias, source) in sources)
        {
            foreach (var column in source.Columns)
            {
                if (list.Count > 0 && random.Next(2) == 0) continue;
                list.Add($"{alias}.{column.Name} AS c{outputs.Count}");
                outputs.Add(($"c{outputs.Count}", column.Kind));
            }
        }

        return (string.Join(", ", list), outputs);
    }

    private string? Keys(Text left, Text right, string one, string other)
    {
        foreach (string kind in new[] { "i", "i", "s", "n", "t", "g" }.OrderBy(_ => random.Next()))
        {
            if (Any(left.Columns, kind) is not { } first || Any(right.Columns, kind) is not { } second) continue;
            string keys = kind == "i" && random.Next(6) == 0 ? $"{one}.{first.Name} + 1 = {other}.{second.Name}" : $"{one}.{first.Name} = {other}.{second.Name}";
            if (random.Next(4) == 0 && Any(left.Columns, "isg") is { } third && Any(right.Columns, third.Kind.ToString()) is { } fourth) keys += $" AND {one}.{third.Name} = {other}.{fourth.Name}";
            return keys;
        }

        return null;
    }

    private Text Exists(int depth)
    {
        Text left = Source(depth), right = Source(depth - 1);
        string one = Alias(), other = Alias();
        var (list, outputs) = Take((one, left));
        string not = random.Next(2) == 0 ? "NOT " : "";
        string Make(string a, string b, string condition) => $"SELECT {list} FROM {a} AS {one} WHERE {condition.Replace("$", b)}";
        string condition;
        if (random.Next(2) == 0)
        {
            if (Keys(left, right, one, other) is not { } keys) return Select(depth);
            string more = random.Next(3) == 0 ? " AND " + Condition(other, right.Columns) : "";
            condition = $"{not}EXISTS (SELECT 1 FROM $ AS {other} WHERE {keys}{more})";
        }
        else
        {
            if (Any(left.Columns, "i") is not { } first || Any(right.Columns, "i") is not { } second) return Select(depth);
            string correlation = random.Next(3) == 0 && Any(left.Columns, "is") is { } third && Any(right.Columns, third.Kind.ToString()) is { } fourth
                ? $" WHERE {one}.{third.Name} = {other}.{fourth.Name}" : random.Next(2) == 0 ? " WHERE " + Condition(other, right.Columns) : "";
            condition = $"{one}.{first.Name} {not}IN (SELECT {other}.{second.Name} FROM $ AS {other}{correlation})";
        }

        return new Text(Make(left.Ours, right.Ours, condition), Make(left.Theirs, right.Theirs, condition), outputs);
    }

    /// <summary>An aggregate of the rows that a row meets, by an equality and now and then by other comparisons.</summary>
    private Text Correlated(int depth)
    {
        Text left = Source(depth), right = Source(depth - 1);
        string one = Alias(), other = Alias();
        if (Keys(left, right, one, other) is not { } keys) return Select(depth);
        if (random.Next(3) != 0 && Any(left.Columns, "inst") is { } first && Any(right.Columns, first.Kind.ToString()) is { } second) keys += $" AND {one}.{first.Name} {Comparison()} {other}.{second.Name}";
        if (random.Next(3) == 0) keys += " AND " + Condition(other, right.Columns);
        var (ours, theirs, kind) = Call(other, right.Columns);
        var (list, outputs) = Take((one, left));
        string where = random.Next(4) == 0 ? " WHERE " + Condition(one, left.Columns) : "";
        string Make(string a, string b, string call) => $"SELECT {list}, (SELECT {call} FROM {b} AS {other} WHERE {keys}) AS c{outputs.Count} FROM {a} AS {one}{where}";
        return new Text(Make(left.Ours, right.Ours, ours), Make(left.Theirs, right.Theirs, theirs), [.. outputs, ($"c{outputs.Count}", kind)]);
    }

    private Text Aggregate(int depth)
    {
        var source = Source(depth);
        string alias = Alias();
        var keys = source.Columns.Where(column => column.Kind is not ('r' or 'n') && random.Next(3) == 0).Take(3).ToList();
        var outputs = new List<(string Name, char Kind)>();
        List<string> ours = [], theirs = [];
        foreach (var key in keys)
        {
            ours.Add($"{alias}.{key.Name} AS c{outputs.Count}");
            theirs.Add(ours[^1]);
            outputs.Add(($"c{outputs.Count}", key.Kind));
        }

        // Without aggregates a group is there or not.
        int calls = keys.Count > 0 && random.Next(6) == 0 ? 0 : random.Next(1, 5);
        for (int index = 0; index < calls; index++)
        {
            var (our, their, kind) = Call(alias, source.Columns);
            ours.Add($"{our} AS c{outputs.Count}");
            theirs.Add($"{their} AS c{outputs.Count}");
            outputs.Add(($"c{outputs.Count}", kind));
        }

        string where = random.Next(3) == 0 ? " WHERE " + Condition(alias, source.Columns) : "";
        string names = string.Join(", ", keys.Select(key => $"{alias}.{key.Name}"));
        string group = keys.Count == 0 ? "" : " GROUP BY " + (random.Next(8) == 0 ? $"ROLLUP ({names})" : random.Next(12) == 0 ? $"GROUPING SETS (({names}), ({alias}.{keys[0].Name}), ())" : names);
        string having = keys.Count > 0 && random.Next(4) == 0 ? $" HAVING COUNT(*) > {random.Next(3)}" : "";
        string Make(List<string> list, string from) => $"SELECT {string.Join(", ", list)} FROM {from} AS {alias}{where}{group}{having}";
        return new Text(Make(ours, source.Ours), Make(theirs, source.Theirs), outputs);
    }

    private (string Ours, string Theirs, char Kind) Call(string alias, IReadOnlyList<(string Name, char Kind)> columns)
    {
        var column = Any(columns);
        string name = $"{alias}.{column.Name}";
        string filter = random.Next(5) == 0 ? $" FILTER (WHERE {Condition(alias, columns)})" : "";
        string distinct = random.Next(4) == 0 ? "DISTINCT " : "";
        switch (random.Next(9))
        {
            case 0:
                return ($"COUNT(*){filter}", $"COUNT(*){filter}", 'i');
            case 1:
                return ($"COUNT({distinct}{name}){filter}", $"COUNT({distinct}{name}){filter}", 'i');
            case 2 or 3 when column.Kind is 'i':
                return ($"SUM({distinct}{name}){filter}", $"(SUM({distinct}{name}){filter})::bigint", 'i');
            case 2 or 3 when column.Kind is 'n' or 'r':
                return ($"SUM({distinct}{name}){filter}", $"SUM({distinct}{name}){filter}", column.Kind);
            case 4 when column.Kind == 'i':
                return ($"AVG({distinct}{name}){filter}", $"trunc(AVG({distinct}{name}){filter})::bigint", 'i');
            case 4 when column.Kind == 'r':
                return ($"AVG({distinct}{name}){filter}", $"AVG({distinct}{name}){filter}", 'r');
            case 5 when column.Kind == 'r':
                return ($"STDDEV_POP({name}){filter}", $"STDDEV_POP({name}){filter}", 'r');
            case 5 when column.Kind == 's':
                return ($"STRING_AGG({distinct}{name}, '/'){filter}", $"STRING_AGG({distinct}{name}, '/' ORDER BY {name}){filter}", 's');
            case 5 when column.Kind == 'g':
                return ($"BOOL_AND({name}){filter}", $"BOOL_AND({name}){filter}", 'g');
            case 6 or 7 when column.Kind != 'g':
                string extreme = random.Next(2) == 0 ? "MIN" : "MAX";
                return ($"{extreme}({name}){filter}", $"{extreme}({name}){filter}", column.Kind);
            default:
                return ($"COUNT({name}){filter}", $"COUNT({name}){filter}", 'i');
        }
    }

    private Text Top(int depth)
    {
        var source = Source(depth);
        string alias = Alias(), inner = Alias();
        string function = new[] { "ROW_NUMBER", "ROW_NUMBER", "RANK", "DENSE_RANK" }[random.Next(4)];
        var partition = source.Columns.Where(column => column.Kind is 'i' or 's' or 'g' && random.Next(4) == 0).Take(2).ToList();
        var order = source.Columns.OrderBy(_ => random.Next()).ToList();
        // Numbers of rows are settled only where no two different rows are equal in the order.
        if (function != "ROW_NUMBER") order = [.. order.Take(random.Next(1, 3))];
        string by = string.Join(", ", order.Select(column => $"{inner}.{column.Name} {(random.Next(2) == 0 ? "ASC" : "DESC")} NULLS {(random.Next(2) == 0 ? "FIRST" : "LAST")}"));
        string over = $"{function}() OVER ({(partition.Count == 0 ? "" : "PARTITION BY " + string.Join(", ", partition.Select(column => $"{inner}.{column.Name}")) + " ")}ORDER BY {by})";
        string names = string.Join(", ", source.Columns.Select(column => $"{inner}.{column.Name}"));
        bool showsRank = random.Next(2) == 0;
        var outputs = source.Columns.Select((column, index) => ($"c{index}", column.Kind)).ToList();
        string list = string.Join(", ", source.Columns.Select((column, index) => $"{alias}.{column.Name} AS c{index}"));
        if (showsRank)
        {
            list += $", {alias}.rn AS c{outputs.Count}";
            outputs.Add(($"c{outputs.Count}", 'i'));
        }

        string bound = random.Next(4) == 0 ? $"{alias}.rn BETWEEN 2 AND {random.Next(2, 5)}" : $"{alias}.rn <= {random.Next(1, 4)}";
        string Make(string from) => $"SELECT {list} FROM (SELECT {names}, {over} AS rn FROM {from} AS {inner}) AS {alias} WHERE {bound}";
        return new Text(Make(source.Ours), Make(source.Theirs), outputs);
    }

    private Text Over(int depth)
    {
        var source = Source(depth);
        string alias = Alias();
        var partition = source.Columns.Where(column => column.Kind is 'i' or 's' or 'g' && random.Next(4) == 0).Take(2).ToList();
        string keys = partition.Count == 0 ? "" : "PARTITION BY " + string.Join(", ", partition.Select(column => $"{alias}.{column.Name}")) + " ";
        // All columns, so that rows that are equal in the order are equal.
        string by = string.Join(", ", source.Columns.OrderBy(_ => random.Next()).Select(column => $"{alias}.{column.Name} {(random.Next(2) == 0 ? "ASC" : "DESC")} NULLS {(random.Next(2) == 0 ? "FIRST" : "LAST")}"));
        var outputs = source.Columns.Select((column, index) => ($"c{index}", column.Kind)).ToList();
        List<string> ours = [.. source.Columns.Select((column, index) => $"{alias}.{column.Name} AS c{index}")], theirs = [.. ours];
        int calls = random.Next(1, 4);
        for (int index = 0; index < calls; index++)
        {
            var column = Any(source.Columns);
            string name = $"{alias}.{column.Name}";
            string rows = new[] { "", " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", " ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING" }[random.Next(4)];
            var (call, kind, frame) = random.Next(7) switch
            {
                0 => ($"LAG({name}, {random.Next(1, 3)})", column.Kind, ""),
                1 => ($"LEAD({name})", column.Kind, ""),
                2 => ("RANK()", 'i', ""),
                3 => ($"FIRST_VALUE({name})", column.Kind, rows),
                4 when column.Kind == 'i' => ($"SUM({name})", 'i', rows),
                4 when column.Kind is 'n' or 's' or 't' => ($"MAX({name})", column.Kind, rows),
                5 => ("ROW_NUMBER()", 'i', ""),
                _ => ($"COUNT({name})", 'i', rows),
            };
            string over = $"{call} OVER ({keys}ORDER BY {by}{frame})";
            ours.Add($"{over} AS c{outputs.Count}");
            theirs.Add($"{(call.StartsWith("SUM", StringComparison.Ordinal) ? $"({over})::bigint" : over)} AS c{outputs.Count}");
            outputs.Add(($"c{outputs.Count}", kind));
        }

        return new Text($"SELECT {string.Join(", ", ours)} FROM {source.Ours} AS {alias}", $"SELECT {string.Join(", ", theirs)} FROM {source.Theirs} AS {alias}", outputs);
    }

    private Text Window(int depth)
    {
        string table = "t" + random.Next(3);
        string alias = Alias();
        int step = random.Next(3, 30);
        bool isHop = random.Next(2) == 0;
        int size = isHop ? step * random.Next(1, 4) : step;
        string function = isHop
            ? $"HOP(TABLE {table}, DESCRIPTOR(ts), INTERVAL '{step}' MINUTES, INTERVAL '{size}' MINUTES)" : $"TUMBLE(TABLE {table}, DESCRIPTOR(ts), INTERVAL '{size}' MINUTES)";
        string first = $"date_bin('{step} minutes', ts, '1970-01-01')";
        string windows = $"(SELECT *, w AS window_start, w + interval '{size} minutes' AS window_end FROM {table}, generate_series({first} - interval '{size - step} minutes', {first}, interval '{step} minutes') AS w WHERE ts IS NOT NULL)";
        string list = $"{alias}.window_start AS c0, {alias}.window_end AS c1, COUNT(*) AS c2, MAX({alias}.a) AS c3";
        string group = $"GROUP BY {alias}.window_start, {alias}.window_end";
        return new Text($"SELECT {list} FROM TABLE({function}) AS {alias} {group}", $"SELECT {list} FROM {windows} AS {alias} {group}", [("c0", 't'), ("c1", 't'), ("c2", 'i'), ("c3", 'i')]);
    }

    private Text SetOperation(int depth)
    {
        Text left = Source(depth), right = Source(depth - 1);
        string kinds = "";
        List<string> one = [], other = [];
        string first = Alias(), second = Alias();
        for (int index = 0; index < 2; index++)
        {
            string kind = new[] { "i", "s", "g" }[random.Next(3)];
            if (Any(left.Columns, kind) is not { } a || Any(right.Columns, kind) is not { } b) continue;
            one.Add($"{first}.{a.Name} AS c{kinds.Length}");
            other.Add($"{second}.{b.Name} AS c{kinds.Length}");
            kinds += kind;
        }

        if (kinds.Length == 0) return Select(depth);
        string operation = new[] { "UNION", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL" }[random.Next(6)];
        string Make(string a, string b) => $"SELECT {string.Join(", ", one)} FROM {a} AS {first} {operation} SELECT {string.Join(", ", other)} FROM {b} AS {second}";
        return new Text(Make(left.Ours, right.Ours), Make(left.Theirs, right.Theirs), [.. kinds.Select((kind, index) => ($"c{index}", kind))]);
    }
}
