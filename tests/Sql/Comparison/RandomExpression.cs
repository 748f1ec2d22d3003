using System.Globalization;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Tests.Comparison;

/// <summary>An expression of ours with the same in PostgreSQL's words.</summary>
sealed record Pair(BoundExpression Ours, string Theirs);

/// <summary>Random typed expressions of what both dialects mean alike; docs/reference/sql-functions.md lists where they differ.</summary>
sealed class RandomExpression(Random random)
{
    /// <summary>The columns of the table: name, our type, theirs.</summary>
    public static readonly (string Name, SqlType Type, string Theirs)[] Columns =
    [
        ("i", SqlType.Integer, "int"), ("j", SqlType.Integer.Nullable(false), "int"), ("b", SqlType.BigInt, "bigint"), ("n", SqlType.Decimal(12, 3), "numeric(12,3)"), ("m", SqlType.Decimal(7, 2).Nullable(false), "numeric(7,2)"),
        ("x", SqlType.Double, "float8"), ("s", SqlType.String, "text"), ("t", SqlType.String.Nullable(false), "text"), ("digits", SqlType.String, "text"), ("f", SqlType.Boolean, "boolean"), ("d", SqlType.Date, "date"),
        ("at", SqlType.Timestamp, "timestamp"),
    ];

    private static readonly string[] Patterns = ["%a%", "a%", "%é", "_b%", "%a_b%", "", "%", "abc", "__", "%a%b%"];

    public object? Value(SqlType type, string name)
    {
        if (type.IsNullable && random.Next(6) == 0) return null;
        return type.Kind switch
        {
            SqlTypeKind.Integer => random.Next(12) == 0 ? (long)random.Next() : random.Next(-20, 21),
            SqlTypeKind.BigInt => random.Next(12) == 0 ? random.NextInt64() : random.Next(-1000, 1001),
            SqlTypeKind.Decimal => (Int128)random.Next(-500_000, 500_001),
            SqlTypeKind.Double => random.Next(-64, 65) / 8.0,
            SqlTypeKind.String when name == "digits" => random.Next(-99, 100).ToString(CultureInfo.InvariantCulture),
            SqlTypeKind.String => new string([.. Enumerable.Range(0, random.Next(7)).Select(_ => "aabbcéß z%"[random.Next(10)])]),
            SqlTypeKind.Boolean => random.Next(2) == 0,
            SqlTypeKind.Date => (long)random.Next(-20_000, 30_000),
            _ => random.NextInt64(-2_000_000_000_000_000, 3_000_000_000_000_000),
        };
    }

    public Pair Any(int depth) => random.Next(7) switch
    {
        0 => Integer(depth),
        1 => Exact(depth),
        2 => Real(depth),
        3 => Text(depth),
        4 => Date(depth),
        5 => Timestamp(depth),
        _ => Truth(depth),
    };

    public Pair Integer(int depth)
    {
        if (depth == 0) return random.Next(3) == 0 ? Constant(SqlType.Integer, (long)random.Next(-9, 10)) : Column("i", "j", "b");
        switch (random.Next(14))
        {
            case 0 or 1: return Operator(Pick("+", "-", "*"), Integer(depth - 1), Integer(depth - 1));
            case 2: return Operator(Pick("/", "%"), Integer(depth - 1), Function("NULLIF", Integer(depth - 1), Constant(SqlType.Integer, 0L)));
            case 3: return Operator(Pick("/", "%"), Integer(depth - 1), Column("i", "j"));
            case 4: return Function("ABS", Integer(depth - 1));
            case 5: return new Pair(FunctionCatalog.Resolve("-", [Integer(depth - 1) is var operand ? operand.Ours : null!]), $"(- {operand.Theirs})");
            case 6: return Function("CHAR_LENGTH", Text(depth - 1));
            case 7: return Renamed("POSITION", "strpos", [Text(0), Text(depth - 1)], [1, 0]);
            case 8: return Case(depth, Integer);
            case 9: return Function("COALESCE", Integer(depth - 1), Integer(depth - 1));
            case 10: return Field(depth);
            case 11: return Cast(Column("digits"), SqlType.Integer, "int");
            case 12: return Function("ASCII", Text(depth - 1));
            default: return Renamed("OCTET_LENGTH", "octet_length", [Text(depth - 1)], [0]);
        }
    }

    public Pair Exact(int depth)
    {
        for (; ; )
        {
            var pair = ExactOfAnySize(depth);

            // Beyond 38 digits their decimals go on where ours lose digits.
            if (pair.Ours.Type.Precision < 36) return pair;
            depth = Math.Max(0, depth - 1);
        }
    }

    public Pair Real(int depth)
    {
        if (depth == 0) return Column("x");
        return random.Next(7) switch
        {
            0 => Operator(Pick("+", "-", "*"), Real(depth - 1), Real(depth - 1)),
            1 => Operator("/", Real(depth - 1), Function("NULLIF", Real(depth - 1), Constant(SqlType.Double, 0.0))),
            2 => Operator(Pick("+", "*"), Real(depth - 1), random.Next(2) == 0 ? Integer(depth - 1) : Exact(depth - 1)),
            3 => Function("SQRT", Function("ABS", Real(depth - 1))),
            4 => Cast(random.Next(2) == 0 ? Integer(depth - 1) : Exact(depth - 1), SqlType.Double, "float8"),
            5 => Case(depth, Real),
            _ => Function(Pick("FLOOR", "CEIL"), Real(depth - 1)),
        };
    }

    public Pair Text(int depth)
    {
        if (depth == 0) return random.Next(4) == 0 ? Constant(SqlType.String, Pick("a", "ab", "é", "", "b c")) : Column("s", "t", "digits");
        Pair Small() => Constant(SqlType.Integer, (long)random.Next(0, 6));
        Pair Place() => Constant(SqlType.Integer, (long)random.Next(1, 6));
        return random.Next(14) switch
        {
            0 or 1 => Operator("||", Text(depth - 1), Text(depth - 1)),
            2 => Function("SUBSTRING", Text(depth - 1), Place(), Small()),
            3 => Function(Pick("LEFT", "RIGHT"), Text(depth - 1), Small()),
            4 => Function("REPLACE", Text(depth - 1), Constant(SqlType.String, Pick("a", "b", "é", "ab")), Text(0)),
            5 => Function(Pick("LPAD", "RPAD"), Text(depth - 1), Small(), Constant(SqlType.String, Pick("x", "éy"))),
            6 => Function("REVERSE", Text(depth - 1)),
            7 => Function(Pick("LTRIM", "RTRIM", "BTRIM"), Text(depth - 1), Constant(SqlType.String, Pick("a", " b", "éa"))),
            8 => Function("REPEAT", Text(depth - 1), Small()),
            9 => Function("TRANSLATE", Text(depth - 1), Constant(SqlType.String, "aé"), Constant(SqlType.String, Pick("", "x", "xy"))),
            10 => Function("MD5", Text(depth - 1)),
            11 => Case(depth, Text),
            12 => Function("OVERLAY", Text(depth - 1), Text(0), Place(), Small()),
            _ => Cast(random.Next(3) switch { 0 => Integer(depth - 1), 1 => Date(depth - 1), _ => Column("n", "m") }, SqlType.String, "text"),
        };
    }

    public Pair Date(int depth)
    {
        if (depth == 0) return Column("d");
        int days = random.Next(-400, 400), months = random.Next(-30, 30);
        return random.Next(5) switch
        {
            0 => Date(depth - 1) is var date ? new Pair(Plus(date, days * 86_400_000_000L, SqlType.IntervalMicroseconds), $"({date.Theirs} + {days})") : null!,
            1 => Date(depth - 1) is var date ? new Pair(Plus(date, months, SqlType.IntervalMonths), $"(({date.Theirs} + interval '{months} months')::date)") : null!,
            2 => Cast(Timestamp(depth - 1), SqlType.Date, "date"),
            3 => Case(depth, Date),
            _ => Function("COALESCE", Date(depth - 1), Date(depth - 1)),
        };
    }

    public Pair Timestamp(int depth)
    {
        if (depth == 0) return Column("at");
        long microseconds = random.NextInt64(-100_000_000_000, 100_000_000_000);
        int months = random.Next(-30, 30);
        var time = Timestamp(depth - 1);
        string unit = Pick("HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "DECADE", "CENTURY", "MINUTE", "SECOND");
        return random.Next(5) switch
        {
            0 => new Pair(Plus(time, microseconds, SqlType.IntervalMicroseconds), $"({time.Theirs} + interval '{microseconds} microseconds')"),
            1 => new Pair(Plus(time, months, SqlType.IntervalMonths), $"({time.Theirs} + interval '{months} months')"),
            2 => new Pair(FunctionCatalog.Resolve("FLOOR", [time.Ours, Word(unit)]), $"date_trunc('{unit}', {time.Theirs})"),
            3 => Cast(Date(depth - 1), SqlType.Timestamp, "timestamp"),
            _ => Case(depth, Timestamp),
        };
    }

    public Pair Truth(int depth)
    {
        if (depth == 0) return Column("f");
        switch (random.Next(12))
        {
            case 0 or 1: return Operator(Pick("AND", "OR"), Truth(depth - 1), Truth(depth - 1));
            case 2: return new Pair(FunctionCatalog.Resolve("NOT", [Truth(depth - 1) is var operand ? operand.Ours : null!]), $"(NOT {operand.Theirs})");
            case 3: return Postfix(Any(depth - 1), "IS NULL", "IS NOT NULL");
            case 4: return Postfix(Truth(depth - 1), "IS TRUE", "IS NOT TRUE", "IS FALSE", "IS NOT FALSE", "IS UNKNOWN", "IS NOT UNKNOWN");
            case 5: return Like(Text(depth - 1), Pick(Patterns), random.Next(2) == 0);
            case 6: return In(depth);
            case 7: return Between(Integer(depth - 1), Exact(depth - 1), Integer(depth - 1));
            default:
                var kind = random.Next(6);
                Pair Side() => kind switch { 0 => random.Next(2) == 0 ? Integer(depth - 1) : Exact(depth - 1), 1 => random.Next(2) == 0 ? Real(depth - 1) : Integer(depth - 1), 2 => Text(depth - 1), 3 => Date(depth - 1), 4 => Timestamp(depth - 1), _ => Truth(depth - 1) };
                return Operator(Pick("=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"), Side(), Side());
        }
    }

    private Pair ExactOfAnySize(int depth)
    {
        if (depth == 0) return random.Next(4) == 0 ? Constant(SqlType.Decimal(4, 2), (Int128)random.Next(-999, 1000)) : Column("n", "m");
        return random.Next(8) switch
        {
            0 or 1 => Operator(Pick("+", "-"), Exact(depth - 1), Exact(depth - 1)),
            2 => Operator("*", Exact(depth - 1), random.Next(2) == 0 ? Exact(0) : Column("i", "j")),
            3 => Function("ABS", Exact(depth - 1)),
            4 => Function(Pick("FLOOR", "CEIL"), Exact(depth - 1)),
            5 => Cast(random.Next(2) == 0 ? Exact(depth - 1) : Integer(depth - 1), SqlType.Decimal(14, 1), "numeric(14,1)"),
            6 => Function("ROUND", Exact(depth - 1), Constant(SqlType.Integer, (long)random.Next(-2, 3))),
            _ => Case(depth, Exact),
        };
    }

    private Pair Field(int depth)
    {
        string unit = Pick("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOY", "ISODOW", "ISOYEAR", "DECADE", "CENTURY", "MILLENNIUM", "HOUR", "MINUTE");
        var time = unit is "HOUR" or "MINUTE" || random.Next(2) == 0 ? Timestamp(depth - 1) : Date(depth - 1);
        return new Pair(FunctionCatalog.Resolve("EXTRACT", [Word(unit), time.Ours]), $"extract({unit} from {time.Theirs})::bigint");
    }

    private Pair Case(int depth, Func<int, Pair> branch)
    {
        var (condition, then, otherwise) = (Truth(depth - 1), branch(depth - 1), branch(depth - 1));
        var type = TypeCoercion.Common(then.Ours.Type, otherwise.Ours.Type)!;
        return new Pair(
            new CaseExpression(new Arguments([condition.Ours, TypeCoercion.Cast(then.Ours, type)]), TypeCoercion.Cast(otherwise.Ours, type), type),
            $"(CASE WHEN {condition.Theirs} THEN {then.Theirs} ELSE {otherwise.Theirs} END)");
    }

    private Pair In(int depth)
    {
        var operand = Integer(depth - 1);
        Pair[] items = [.. Enumerable.Range(0, random.Next(1, 15)).Select(_ => Constant(operand.Ours.Type, (long)random.Next(-20, 21)))];
        return new Pair(new InListExpression(operand.Ours, new Arguments(items.Select(item => item.Ours)), SqlType.Boolean.Nullable(operand.Ours.Type.IsNullable)), $"({operand.Theirs} IN ({string.Join(", ", items.Select(item => item.Theirs))}))");
    }

    private static Pair Between(Pair value, Pair low, Pair high) =>
        new(FunctionCatalog.Resolve("BETWEEN", [value.Ours, low.Ours, high.Ours]), $"({value.Theirs} BETWEEN {low.Theirs} AND {high.Theirs})");

    private static Pair Like(Pair text, string pattern, bool isNegated) =>
        new(FunctionCatalog.Resolve(isNegated ? "NOT LIKE" : "LIKE", [text.Ours, Word(pattern)]), $"({text.Theirs} {(isNegated ? "NOT LIKE" : "LIKE")} '{pattern}')");

    private static BoundExpression Plus(Pair time, long interval, SqlType type) => FunctionCatalog.Resolve("+", [time.Ours, new ConstantExpression(interval, type.Nullable(false))]);

    private Pair Postfix(Pair operand, params string[] names) => Pick(names) is var name ? new Pair(FunctionCatalog.Resolve(name, [operand.Ours]), $"({operand.Theirs} {name})") : null!;

    private static Pair Operator(string name, Pair left, Pair right) => new(FunctionCatalog.Resolve(name, [left.Ours, right.Ours]), $"({left.Theirs} {name} {right.Theirs})");

    private static Pair Function(string name, params Pair[] arguments) => new(
        FunctionCatalog.Resolve(name, [.. arguments.Select(argument => argument.Ours)]),
        name == "OVERLAY"
            ? $"overlay({arguments[0].Theirs} placing {arguments[1].Theirs} from {arguments[2].Theirs} for {arguments[3].Theirs})"
            : $"{name}({string.Join(", ", arguments.Select(argument => argument.Theirs))})");

    private static Pair Renamed(string name, string theirs, Pair[] arguments, int[] order) => new(
        FunctionCatalog.Resolve(name, [.. arguments.Select(argument => argument.Ours)]), $"{theirs}({string.Join(", ", order.Select(index => arguments[index].Theirs))})");

    private static Pair Cast(Pair operand, SqlType type, string theirs) => new(TypeCoercion.Cast(operand.Ours, type), $"({operand.Theirs})::{theirs}");

    private Pair Column(params string[] names)
    {
        string name = Pick(names);
        int index = Array.FindIndex(Columns, column => column.Name == name);
        return new Pair(new ColumnExpression(index, Columns[index].Type, name), name);
    }

    private static Pair Constant(SqlType type, object value) => new(new ConstantExpression(value, type.Nullable(false)), type.Kind switch
    {
        SqlTypeKind.String => $"'{value}'::text",
        SqlTypeKind.Integer => $"({value})::int",
        SqlTypeKind.BigInt => $"({value})::bigint",
        SqlTypeKind.Double => string.Create(CultureInfo.InvariantCulture, $"({value})::float8"),
        _ => $"({Orrery.Sql.Rows.RowValues.Text(value, type)})::numeric({type.Precision},{type.Scale})",
    });

    private static BoundExpression Word(string word) => new ConstantExpression(word, SqlType.String.Nullable(false));

    private string Pick(params string[] choices) => choices[random.Next(choices.Length)];
}
