using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

internal sealed partial class FromBinder
{
    /// <summary>TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), size)) and its kin.</summary>
    private FromPlan Window(FunctionTableSyntax syntax)
    {
        string name = syntax.Call.Function.Plain.ToUpperInvariant();
        string[]? parameters = name switch
        {
            "TUMBLE" => ["DATA", "TIMECOL", "SIZE", "OFFSET"],
            "HOP" => ["DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"],
            "CUMULATE" => ["DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"],
            "SESSION" => ["DATA", "TIMECOL", "GAP"],
            _ => null,
        };
        if (parameters is null) BindingSession.UnknownName("table function", syntax.Call.Function.Plain, ["TUMBLE", "HOP", "CUMULATE", "SESSION"], syntax.Span, " Windows are TUMBLE, HOP, CUMULATE and SESSION; arrays are read by UNNEST.");
        var arguments = Named(syntax.Call, parameters!, name);
        if (!arguments.TryGetValue("DATA", out var data) || data is not TableArgumentSyntax table)
            throw new SqlBindingException($"{name} takes TABLE t first: FROM TABLE({name}(TABLE t, DESCRIPTOR(ts), ...)).", syntax.Span);
        var input = table.Query is not null
            ? Aliased(new QueryBinder(session, outer, tables).Bind(table.Query), null, null, table.Span)
            : Named(new NamedTableSyntax(table.Table!) { Span = table.Span });
        var binder = new ExpressionBinder(session, new Scope(null, input.Columns), null, new ClauseRules(name));
        if (!arguments.TryGetValue("TIMECOL", out var descriptor) || descriptor is not DescriptorSyntax { Columns.Count: 1 } column)
            throw new SqlBindingException($"{name} takes DESCRIPTOR(column) with the column of the event time.", syntax.Span);
        var time = binder.Bind(new ColumnSyntax(column.Columns[0]) { Span = column.Span });
        if (!time.Type.IsTimestamp) throw new SqlBindingException($"Windows are over a TIMESTAMP or TIMESTAMP_LTZ, and {column.Columns[0].Plain} is {time.Type.Nullable()}.", column.Span);
        var window = Plan(name, input.Plan, time, arguments, binder, new Arguments(table.PartitionBy.Select(binder.Bind)), syntax.Span);
        string? alias = syntax.Alias?.Name.Name;
        if (syntax.Alias is { Columns.Count: > 0 }) return Aliased(window, syntax.Alias, null, syntax.Span);
        int inputCount = input.Plan.Schema.Count;
        return new FromPlan(window, [
            .. input.Columns.Select(each => alias is null ? each : each with { Table = alias }),
            .. Enumerable.Range(inputCount, 3).Select(place => new ScopeColumn(alias, window.Schema[place].Name, window.Schema.Column(place)))]);
    }

    private static Dictionary<string, ExpressionSyntax> Named(CallSyntax call, string[] parameters, string name)
    {
        var arguments = new Dictionary<string, ExpressionSyntax>(StringComparer.OrdinalIgnoreCase);
        if (call.Arguments.Count > parameters.Length) throw new SqlBindingException($"{name} takes {string.Join(", ", parameters)}; {call.Arguments.Count} arguments are too many.", call.Span);
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            if (call.Arguments[i] is not NamedArgumentSyntax named) arguments[parameters[i]] = call.Arguments[i];
            else if (parameters.Contains(named.Name.Name, StringComparer.OrdinalIgnoreCase)) arguments[named.Name.Name] = named.Value;
            else BindingSession.UnknownName($"argument of {name} called", named.Name.Name, parameters, named.Span, $" It takes {string.Join(", ", parameters)}.");
        }

        return arguments;
    }

    private static WindowPlan Plan(string name, Plan input, BoundExpression time, Dictionary<string, ExpressionSyntax> arguments, ExpressionBinder binder, Arguments partition, TextSpan span)
    {
        long Length(string parameter) => arguments.TryGetValue(parameter, out var value) ? binder.Microseconds(value) : throw new SqlBindingException($"{name} needs {parameter}.", span);
        var kind = name switch { "TUMBLE" => WindowKind.Tumble, "HOP" => WindowKind.Hop, "CUMULATE" => WindowKind.Cumulate, _ => WindowKind.Session };
        if (partition.Count > 0 && kind != WindowKind.Session) throw new SqlBindingException($"PARTITION BY parts the sessions of SESSION; {name} is the same for all keys.", span);
        long size = Length(kind == WindowKind.Session ? "GAP" : "SIZE");
        long step = kind switch { WindowKind.Hop => Length("SLIDE"), WindowKind.Cumulate => Length("STEP"), _ => 0 };
        long offset = arguments.TryGetValue("OFFSET", out var given) && binder.Bind(given) is ConstantExpression { Value: long moved, Type.Kind: SqlTypeKind.IntervalMicroseconds } ? moved : 0;
        return Window(kind, input, time, size, step, offset, partition, span);
    }

    /// <summary>Whether an expression over a plan is a column AS PROCTIME(), or computed of one.</summary>
    private static bool IsOfClock(BoundExpression time, Plan input)
    {
        while (!ExpressionTree.ReadsClock(time) && input is ProjectPlan or FilterPlan)
        {
            if (input is ProjectPlan project) time = ExpressionTree.MapColumns(time, column => project.Expressions[column.Index]);
            input = input.Inputs[0];
        }

        return ExpressionTree.ReadsClock(time);
    }

    /// <summary>Windows one row may fall in, at most.</summary>
    private const long WindowsOfARowMax = 10_000;

    internal static WindowPlan Window(WindowKind kind, Plan input, BoundExpression time, long size, long step, long offset, Arguments partition, TextSpan span)
    {
        if (IsOfClock(time, input))
            throw new SqlBindingException("A window over the clock (PROCTIME()) depends on when a row came, so it could not be computed again after a crash or for a view that joins later. Use a column of event time that the row brings along; for the last minutes as of now, compare such a column with NOW() in WHERE.", span);
        if (kind == WindowKind.Cumulate && size % step != 0) throw new SqlBindingException("The size of CUMULATE must be a multiple of its step.", span);
        if (step > 0 && size / step > WindowsOfARowMax) throw new SqlBindingException($"Each row would fall in {size / step} windows; {WindowsOfARowMax} at most. Make the step longer.", span);
        var boundary = SqlType.Timestamp.Nullable(false);
        var schema = input.Schema.With(new RowColumn("window_start", boundary), new RowColumn("window_end", boundary), new RowColumn("window_time", time.Type.Nullable(false)));
        return new WindowPlan(input, kind, time, size, step, offset, partition, schema);
    }
}
