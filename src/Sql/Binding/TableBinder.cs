using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>CREATE TABLE: columns, computed ones, the key, the watermark.</summary>
internal sealed class TableBinder(ISqlCatalog catalog)
{
    public BoundCreateTable Bind(CreateTableSyntax syntax)
    {
        string name = syntax.Name.Plain;
        var known = catalog.FindRelation(name);
        if (known is not null && !syntax.IfNotExists) throw new SqlBindingException($"There is a {StatementBinder.Word(known.Kind)} {known.Name} already; DROP it first, or write IF NOT EXISTS.", syntax.Name.Span);
        if (syntax.Columns.Count == 0) throw new SqlBindingException($"The table {name} has no columns.", syntax.Span);
        if (syntax.Columns.Count > RowSchema.ColumnsMax) throw new SqlBindingException($"The table {name} has {syntax.Columns.Count} columns; {RowSchema.ColumnsMax} at most.", syntax.Span);
        var columns = Columns(syntax, out var computed);
        var key = Key(syntax, columns, computed);
        var (watermark, delay) = syntax.Watermark is null ? (-1, 0L) : Watermark(syntax.Watermark, columns);
        var options = StatementBinder.Options(syntax.Options);
        var relation = new Relation(name, RelationKind.Table, new RowSchema(columns), key, options)
        {
            WatermarkColumn = watermark,
            WatermarkDelayMicroseconds = delay,
            Computed = computed,
            IsAppendOnly = IsAppendOnly(options, key),
        };
        return new BoundCreateTable(relation, syntax.IfNotExists, known is not null, syntax.Temporary);
    }

    /// <summary>Without a key, rows of a format that carries no changes are only added.</summary>
    private static bool IsAppendOnly(Dictionary<string, string> options, IReadOnlyList<int> key)
    {
        if (options.TryGetValue("append-only", out string? said)) return string.Equals(said, "true", StringComparison.OrdinalIgnoreCase);
        string format = options.GetValueOrDefault("format") ?? options.GetValueOrDefault("value.format") ?? "";
        bool isUpsert = options.GetValueOrDefault("connector", "").Contains("upsert", StringComparison.OrdinalIgnoreCase);
        bool isChanges = format.Equals("change", StringComparison.OrdinalIgnoreCase) || format.Contains("canal", StringComparison.OrdinalIgnoreCase) || format.Contains("debezium", StringComparison.OrdinalIgnoreCase) || format.Contains("maxwell", StringComparison.OrdinalIgnoreCase);
        return key.Count == 0 && format.Length > 0 && !isUpsert && !isChanges;
    }

    private List<RowColumn> Columns(CreateTableSyntax syntax, out Dictionary<int, BoundExpression> computed)
    {
        var columns = new List<RowColumn>();
        computed = [];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in syntax.Columns)
        {
            if (!names.Add(column.Name.Name)) throw new SqlBindingException($"The table {syntax.Name.Plain} has two columns called {column.Name.Name}.", column.Name.Span);
            columns.Add(new RowColumn(column.Name.Name, column switch
            {
                PhysicalColumnSyntax physical => Declared(physical.Type, column.Name.Name),
                MetadataColumnSyntax metadata => Declared(metadata.Type, column.Name.Name),
                _ => SqlType.Null,
            }));
        }

        // A computed column reads the stored ones, wherever they stand, and no other computed one.
        var scope = new Scope(null, [.. Enumerable.Range(0, columns.Count).Where(place => syntax.Columns[place] is not ComputedColumnSyntax)
            .Select(place => new ScopeColumn(syntax.Name.Last.Name, columns[place].Name, new ColumnExpression(place, columns[place].Type, columns[place].Name)))]);
        for (int i = 0; i < columns.Count; i++)
        {
            if (syntax.Columns[i] is not ComputedColumnSyntax definition) continue;
            var binder = new ExpressionBinder(new BindingSession(catalog, isLive: true), scope, null, new ClauseRules("a computed column"));
            var value = binder.Bind(definition.Expression);
            if (value.Type.Kind == SqlTypeKind.Null) throw new SqlBindingException($"The computed column {columns[i].Name} is a bare NULL; CAST it to a type.", definition.Span);
            if (value is not NowExpression && ExpressionTree.ReadsClock(value)) throw new SqlBindingException($"The computed column {columns[i].Name} reads the clock; only PROCTIME() by itself can be one.", definition.Span);
            computed[i] = value;
            columns[i] = columns[i] with { Type = value.Type };
        }

        if (computed.Count == columns.Count) throw new SqlBindingException($"All columns of {syntax.Name.Plain} are computed; one must be stored.", syntax.Span);
        return columns;
    }

    private static SqlType Declared(TypeSyntax syntax, string name)
    {
        var type = TypeBinder.Bind(syntax);
        return type.Kind == SqlTypeKind.Null ? throw new SqlBindingException($"NULL is no type for the column {name}.", syntax.Span) : type;
    }

    private static List<int> Key(CreateTableSyntax syntax, List<RowColumn> columns, Dictionary<int, BoundExpression> computed)
    {
        var key = new List<int>();
        foreach (var name in syntax.PrimaryKey?.Columns ?? [])
        {
            int place = columns.FindIndex(column => string.Equals(column.Name, name.Name, StringComparison.OrdinalIgnoreCase));
            if (place < 0) BindingSession.UnknownName($"column of {syntax.Name.Plain} called", name.Name, columns.Select(column => column.Name), name.Span);
            if (computed.ContainsKey(place)) throw new SqlBindingException($"The computed column {name.Name} cannot be in the primary key.", name.Span);
            if (key.Contains(place)) throw new SqlBindingException($"The primary key names {name.Name} twice.", name.Span);
            if (columns[place].Type.Kind == SqlTypeKind.Array) throw new SqlBindingException($"The array {name.Name} cannot be in the primary key.", name.Span);
            key.Add(place);
            columns[place] = columns[place] with { Type = columns[place].Type.Nullable(false) };
        }

        return key;
    }

    /// <summary>WATERMARK FOR ts AS ts - INTERVAL ..., or AS ts.</summary>
    private (int Column, long DelayMicroseconds) Watermark(WatermarkSyntax syntax, List<RowColumn> columns)
    {
        var scope = new Scope(null, [.. columns.Select((column, place) => new ScopeColumn(null, column.Name, new ColumnExpression(place, column.Type, column.Name)))]);
        var binder = new ExpressionBinder(new BindingSession(catalog, isLive: true), scope, null, new ClauseRules("WATERMARK"));
        if (binder.Bind(new ColumnSyntax(syntax.Column) { Span = syntax.Column.Span }) is not ColumnExpression { Type.IsTimestamp: true } time)
            throw new SqlBindingException($"The watermark is for a column of TIMESTAMP or TIMESTAMP_LTZ, and {syntax.Column.Plain} is none.", syntax.Column.Span);
        return binder.Bind(syntax.Expression) switch
        {
            ColumnExpression same when same.Index == time.Index => (time.Index, 0),
            CallExpression { Function.Name: "-", Arguments: [ColumnExpression from, ConstantExpression { Value: long delay, Type.Kind: SqlTypeKind.IntervalMicroseconds }] } when from.Index == time.Index && delay >= 0 => (time.Index, delay),
            _ => throw new SqlBindingException($"A watermark is {time.Name}, or {time.Name} less a constant interval of days or less.", syntax.Expression.Span),
        };
    }
}
