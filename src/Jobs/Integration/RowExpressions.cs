using System.Globalization;
using Orrery.Sql.Binding;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Compilation;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration;

/// <summary>Expressions over a source's row, compiled once. Answers texts, by which values travel to any target. For one thread at a time.</summary>
sealed class RowExpressions : IDisposable
{
    readonly RowLayout input, output;
    readonly int[] columns;
    readonly RowProjection? projection;
    readonly RowArena arena = new();
    readonly EvaluationContext context;
    readonly TimeProvider time;

    RowExpressions(ScanPlan scan, ProjectPlan? project, TimeProvider time)
    {
        this.time = time;
        context = new EvaluationContext(arena);
        columns = [.. scan.Columns];
        input = new RowLayout(scan.Schema);
        output = new RowLayout((project ?? (Plan)scan).Schema);
        if (project is not null) projection = ExpressionCompiler.Projection(project.Expressions, input, null, output);
    }

    /// <summary>The types of what is answered.</summary>
    public IReadOnlyList<SqlTypeKind> Kinds => [.. output.Schema.Columns.Select(column => column.Type.Kind)];

    /// <summary>Compiles expressions; what is wrong is added to the faults and null answered.</summary>
    /// <param name="source">Columns of the row.</param>
    /// <param name="expressions">What is asked, with what it is called in faults.</param>
    /// <param name="faults">As <c>FILE:LINE:COLUMN: ...</c>.</param>
    /// <param name="time">What NOW() reads.</param>
    public static RowExpressions? Compile(IReadOnlyList<RowColumn> source, IReadOnlyList<(string What, MappedText Text)> expressions, List<string> faults, TimeProvider time)
    {
        var catalog = new OneTable(new Relation("source", RelationKind.Table, new RowSchema(source), [], new Dictionary<string, string>()));
        int before = faults.Count;
        foreach ((string what, MappedText text) in expressions)
        {
            try
            {
                SqlBinder.BindQuery(SqlParser.ParseQuery($"SELECT {text.Text} AS v FROM source"), catalog);
            }
            catch (Exception error) when (error is SqlSyntaxException or SqlBindingException)
            {
                string reason = error is SqlBindingException binding ? binding.Reason : ((SqlSyntaxException)error).Reason;
                faults.Add($"{text.Place}: {what}: {reason}");
            }
        }

        if (faults.Count > before) return null;
        string query = $"SELECT {string.Join(", ", expressions.Select((expression, index) => string.Create(CultureInfo.InvariantCulture, $"{expression.Text.Text} AS v{index}")))} FROM source";
        Plan plan = SqlBinder.BindQuery(SqlParser.ParseQuery(query), catalog);
        switch (plan)
        {
            case ProjectPlan { Input: ScanPlan scan } project: return new RowExpressions(scan, project, time);
            case ScanPlan scan: return new RowExpressions(scan, null, time);
            default:
                faults.Add($"{expressions[0].Text.Place}: an expression asks for more than one row (an aggregate, a window or a subquery); prepare that in the source's query");
                return null;
        }
    }

    /// <summary>The answers for a row.</summary>
    /// <param name="values">All columns of the source.</param>
    /// <exception cref="SqlValueException">Something cannot be computed, or a value does not fit its column.</exception>
    public string?[] Evaluate(object?[] values)
    {
        arena.Reset();
        DateTimeOffset now = time.GetUtcNow();
        context.NowMicroseconds = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        nint row = RowValues.FromObjects([.. columns.Select(column => values[column])], input, arena);
        if (projection is not null) row = projection(row, 0, context);
        var texts = new string?[output.Count];
        for (int column = 0; column < texts.Length; column++) texts[column] = Text(RowValues.ToObject(row, output, column), output.Schema[column].Type);
        return texts;
    }

    public void Dispose()
    {
        context.Dispose();
        arena.Dispose();
    }

    static string? Text(object? value, SqlType type) => value switch
    {
        null => null,
        bool truth => truth ? "true" : "false",
        // An exponent is no decimal to a target: as long as the number is one, it is spelled out.
        double number when Math.Abs(number) is < 1e15 and > 1e-9 or 0 => ((decimal)number).ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        System.Collections.Immutable.ImmutableArray<byte> bytes => "0x" + Convert.ToHexString(bytes.AsSpan()),
        _ => RowValues.Text(value, type),
    };

    sealed class OneTable(Relation relation) : ISqlCatalog
    {
        public IEnumerable<string> RelationNames => [relation.Name];

        public IEnumerable<string> FunctionNames => [];

        public Relation? FindRelation(string name) => name.Equals(relation.Name, StringComparison.OrdinalIgnoreCase) ? relation : null;

        public SqlFunction? FindFunction(string name) => null;
    }
}
