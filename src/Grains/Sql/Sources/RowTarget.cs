using Orrery.Dataflow.Graphs;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sources;

/// <summary>Takes a table's rows as values and gives them to the graph, computed columns included.</summary>
sealed class RowTarget : IDisposable
{
    readonly DataflowTable table;
    readonly Action<nint, int>? give;
    readonly RowBuilder builder;
    readonly EvaluationContext? context;
    readonly RowProjection? projection;

    /// <param name="give">Takes rows, and whether they come (1) or go (-1), instead of the table; null: nobody.</param>
    public RowTarget(DataflowTable table, RowArena arena, Action<nint, int>? give = null)
    {
        this.table = table;
        this.give = give;
        Relation relation = table.Relation;
        Stored = [.. Enumerable.Range(0, relation.Schema.Count).Where(place => !relation.Computed.ContainsKey(place))];
        StoredSchema = new RowSchema(Stored.Select(place => relation.Schema[place]));
        if (relation.Computed.Count == 0)
        {
            builder = new RowBuilder(table.Layout, arena);
            return;
        }

        // The columns that are stored, at their places; the others are not there yet.
        var staging = new RowLayout(new RowSchema(relation.Schema.Columns.Select((column, place) => relation.Computed.ContainsKey(place) ? column with { Type = column.Type.Nullable() } : column)));
        builder = new RowBuilder(staging, arena);
        context = new EvaluationContext(arena);
        projection = ExpressionCompiler.Projection(
            new Arguments(relation.Schema.Columns.Select((column, place) => relation.Computed.GetValueOrDefault(place) ?? new ColumnExpression(place, column.Type, column.Name))), staging, null, table.Layout);
    }

    public Relation Relation => table.Relation;

    /// <summary>Places of the columns that a source gives.</summary>
    public IReadOnlyList<int> Stored { get; }

    public RowSchema StoredSchema { get; }

    /// <summary>Whether rows can be made without values in between: no column is computed.</summary>
    public bool IsPlain => projection is null;

    /// <summary>Makes rows of a plain target, for <see cref="AddRow"/> and <see cref="RemoveRow"/>.</summary>
    public RowBuilder Builder => builder;

    /// <summary>As <see cref="Add"/>, of a row that is made.</summary>
    public void AddRow(nint row)
    {
        if (give is null)
            table.Upsert(row);
        else
            give(row, 1);
    }

    /// <summary>As <see cref="Remove"/>, of a row that is made.</summary>
    public void RemoveRow(nint row)
    {
        if (give is null)
            table.Delete(row);
        else
            give(row, -1);
    }

    /// <summary>The clock of the epoch.</summary>
    public void BeginEpoch(long nowMicroseconds)
    {
        if (context is not null)
            context.NowMicroseconds = nowMicroseconds;
    }

    /// <summary>Adds a row, or replaces the one of its key.</summary>
    /// <param name="values">Of all columns; those of computed ones are not read.</param>
    /// <exception cref="SqlValueException">A value does not fit its column.</exception>
    public void Add(object?[] values) => AddRow(Row(values));

    /// <summary>Takes a row away; with a key only the key's values are read.</summary>
    /// <exception cref="SqlValueException">A value does not fit its column.</exception>
    public void Remove(object?[] values) => RemoveRow(Row(Relation.PrimaryKey.Count > 0 ? WithKey(values) : values));

    public void Dispose()
    {
        builder.Dispose();
        context?.Dispose();
    }

    nint Row(object?[] values)
    {
        for (int place = 0; place < values.Length; place++)
            if (values[place] is null && !Relation.Schema[place].Type.IsNullable && !Relation.Computed.ContainsKey(place))
                throw new SqlValueException($"Column '{Relation.Schema[place].Name}' of {Relation.Name} must not be null.");
        nint row = RowValues.FromObjects(values, builder);
        return projection is null ? row : projection(row, 0, context!);
    }

    /// <summary>What is no key and must not be null gets a value that nobody reads.</summary>
    object?[] WithKey(object?[] values)
    {
        var kept = new object?[values.Length];
        for (int place = 0; place < kept.Length; place++)
            kept[place] = Relation.PrimaryKey.Contains(place) || values[place] is not null || Relation.Schema[place].Type.IsNullable ? values[place] : Nothing(Relation.Schema[place].Type);
        return kept;
    }

    static object Nothing(SqlType type) => type.Kind switch
    {
        SqlTypeKind.Boolean => false,
        SqlTypeKind.Decimal => (Int128)0,
        SqlTypeKind.Float or SqlTypeKind.Double => 0.0,
        SqlTypeKind.String => "",
        SqlTypeKind.Binary => Array.Empty<byte>(),
        SqlTypeKind.Array => Array.Empty<object?>(),
        _ => 0L,
    };
}
