using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>A table of WITH, in the scope of those before it.</summary>
internal sealed record CommonTable(string Name, Plan Plan, CommonTable? Before)
{
    public CommonTable? Find(string name)
    {
        for (var table = this; table is not null; table = table.Before)
        {
            if (string.Equals(table.Name, name, StringComparison.OrdinalIgnoreCase)) return table;
        }

        return null;
    }
}

/// <summary>What the binding of one statement shares: the catalog, the views that are being looked into, the bounds.</summary>
/// <param name="catalog">What names mean.</param>
/// <param name="isLive">Whether the plan is kept true for good (a view, an INSERT), so that it has no order and reads the clock in time filters alone.</param>
internal sealed class BindingSession(ISqlCatalog catalog, bool isLive)
{
    private readonly Dictionary<string, Plan> _views = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _openViews = [];
    private readonly Dictionary<Plan, int> _sizes = new(ReferenceEqualityComparer.Instance);
    private string? _openFunction;
    private int _functionDepth;
    private int _nodes;

    public ISqlCatalog Catalog => catalog;

    public bool IsLive => isLive;

    /// <summary>Where cross products were written, to name the place when one stays without bound.</summary>
    public List<TextSpan> Joins { get; } = [];

    /// <summary>The plan of a plain view.</summary>
    public Plan BindView(Relation view, TextSpan span)
    {
        if (_views.TryGetValue(view.Name, out var known)) return Used(known, span);
        if (_openViews.Contains(view.Name, StringComparer.OrdinalIgnoreCase))
            throw new SqlBindingException($"The view {view.Name} reads itself: {string.Join(" reads ", _openViews.Append(view.Name))}. A view cannot be in its own query.", span);
        if (_openViews.Count >= BindingLimits.ViewDepthMax)
            throw new SqlBindingException($"Views are nested more than {BindingLimits.ViewDepthMax} deep: {string.Join(" reads ", _openViews.Append(view.Name))}. Make one of them materialized.", span);
        _openViews.Add(view.Name);
        try
        {
            var plan = new QueryBinder(this, null, null).Bind(SqlParser.ParseQuery(view.Query));
            if (plan.Schema.Count != view.Schema.Count)
                throw new SqlBindingException($"The query of the view {view.Name} gives {plan.Schema.Count} columns and its definition says {view.Schema.Count}; create it again.", span);
            var renamed = Renamed(plan, view.Schema.Columns.Select(column => column.Name));
            _views[view.Name] = renamed;
            return Used(renamed, span);
        }
        catch (SqlSyntaxException fault)
        {
            throw new SqlBindingException($"In the view {view.Name}: {fault.Message}", span);
        }
        catch (SqlBindingException fault) when (_openViews.Count == 1)
        {
            throw new SqlBindingException($"In the view {view.Name}: {fault.Message}", span) { Suggestion = fault.Suggestion };
        }
        finally
        {
            _openViews.RemoveAt(_openViews.Count - 1);
        }
    }

    /// <summary>Says that this view is being made, so that its query cannot read it.</summary>
    public void Open(string view) => _openViews.Add(view);

    /// <summary>Says that this function is being made, so that its body cannot call it.</summary>
    public void OpenFunction(string name) => _openFunction = name;

    /// <summary>Whether this view is being made or looked into.</summary>
    public bool IsOpen(string view) => _openViews.Contains(view, StringComparer.OrdinalIgnoreCase);

    /// <summary>Counts a plan that is used (again); refuses what grows beyond the bound.</summary>
    public Plan Used(Plan plan, TextSpan span)
    {
        if (!_sizes.TryGetValue(plan, out int size)) _sizes[plan] = size = PlanTraversal.Nodes(plan).Take(BindingLimits.PlanNodesMax + 1).Count();
        _nodes += size;
        if (_nodes > BindingLimits.PlanNodesMax)
            throw new SqlBindingException($"The query has more than {BindingLimits.PlanNodesMax} operators, with those of the views and common tables in it as often as they are used. Make one of them a materialized view.", span);
        return plan;
    }

    /// <summary>A call of an operator or a built-in function.</summary>
    public static BoundExpression Call(TextSpan span, string name, params IReadOnlyList<BoundExpression> arguments)
    {
        try
        {
            return FunctionCatalog.Resolve(name, arguments);
        }
        catch (SqlTypeException fault)
        {
            throw new SqlBindingException(fault.Message, span);
        }
    }

    public static BoundExpression Cast(BoundExpression expression, SqlType type, TextSpan span)
    {
        try
        {
            return TypeCoercion.Cast(expression, type);
        }
        catch (SqlTypeException fault)
        {
            throw new SqlBindingException(fault.Message, span);
        }
    }

    /// <summary>The conditions bound by AND; null for none.</summary>
    public static BoundExpression? And(IReadOnlyList<BoundExpression> conjuncts) => conjuncts.Count switch
    {
        0 => null,
        1 => conjuncts[0],
        _ => Junction("AND", conjuncts),
    };

    /// <summary>AND or OR of two or more, in calls of as many arguments as a call may have.</summary>
    public static BoundExpression Junction(string name, IReadOnlyList<BoundExpression> operands)
    {
        if (operands.Count <= FunctionCatalog.ArgumentsMax) return FunctionCatalog.Resolve(name, operands);
        var parts = operands.Chunk(FunctionCatalog.ArgumentsMax).Select(chunk => chunk.Length == 1 ? chunk[0] : FunctionCatalog.Resolve(name, chunk)).ToList();
        return parts.Count == 1 ? parts[0] : Junction(name, parts);
    }

    /// <summary>The plan filtered by all of them.</summary>
    public static Plan Filter(Plan plan, IReadOnlyList<BoundExpression> conjuncts) => And(conjuncts) is { } predicate ? new FilterPlan(plan, predicate) : plan;

    /// <summary>The plan with its columns called so; the same plan where they are already.</summary>
    public static Plan Renamed(Plan plan, IEnumerable<string> names)
    {
        string[] wanted = [.. names];
        if (plan.Schema.Columns.Select(column => column.Name).SequenceEqual(wanted)) return plan;
        return new ProjectPlan(plan, plan.Schema.AllColumns(), new RowSchema(plan.Schema.Columns.Select((column, index) => column with { Name = wanted[index] })));
    }

    /// <summary>These expressions under these names.</summary>
    public static ProjectPlan Project(Plan input, IReadOnlyList<BoundExpression> expressions, IEnumerable<string> names) =>
        new(input, new Arguments(expressions), new RowSchema(names.Select((name, index) => new RowColumn(name, expressions[index].Type))));

    /// <summary>Binds the body of an SQL function over its arguments.</summary>
    public BoundExpression Inline(SqlFunction function, IReadOnlyList<BoundExpression> arguments, TextSpan span)
    {
        if (arguments.Count != function.Parameters.Count)
            throw new SqlBindingException($"{function.Name} takes {function.Parameters.Count} arguments ({string.Join(", ", function.Parameters.Select(parameter => $"{parameter.Name} {parameter.Type}"))}), not {arguments.Count}.", span);
        if (string.Equals(function.Name, _openFunction, StringComparison.OrdinalIgnoreCase)) throw new SqlBindingException($"The function {function.Name} calls itself, which has no end.", span);
        if (_functionDepth >= BindingLimits.FunctionDepthMax)
            throw new SqlBindingException($"Calls of SQL functions in bodies of SQL functions are more than {BindingLimits.FunctionDepthMax} deep at {function.Name}. A function cannot call itself.", span);
        var columns = function.Parameters.Select((parameter, index) =>
        {
            var argument = arguments[index];
            if (!TypeCoercion.IsImplicit(argument.Type, parameter.Type))
                throw new SqlBindingException($"{function.Name} takes {parameter.Name} as {parameter.Type.Nullable()}, not as {argument.Type.Nullable()}; write a CAST.", span);
            return new ScopeColumn(function.Name, parameter.Name, Cast(argument, parameter.Type, span));
        }).ToList();
        _functionDepth++;
        try
        {
            var binder = new ExpressionBinder(this, new Scope(null, columns), null, new ClauseRules($"the function {function.Name}"));
            var body = binder.Bind(SqlParser.ParseExpression(function.Body));
            if (PartsExceed(body, BindingLimits.ExpressionPartsMax))
                throw new SqlBindingException($"With the body of {function.Name} in its place the expression has more than {BindingLimits.ExpressionPartsMax} parts. Compute parts of it in a common table.", span);
            return Cast(body, function.Result, span);
        }
        catch (SqlSyntaxException fault)
        {
            throw new SqlBindingException($"In the function {function.Name}: {fault.Message}", span);
        }
        catch (SqlBindingException fault) when (_functionDepth == 1)
        {
            throw new SqlBindingException($"In the function {function.Name}: {fault.Message}", span) { Suggestion = fault.Suggestion };
        }
        finally
        {
            _functionDepth--;
        }
    }

    private static bool PartsExceed(BoundExpression expression, int bound)
    {
        int parts = 0;
        return ExpressionTree.Any(expression, _ => ++parts > bound);
    }

    [DoesNotReturn]
    public static void UnknownName(string what, string name, IEnumerable<string> candidates, TextSpan span, string hint = "")
    {
        string? nearest = NearestName.Find(name, candidates);
        string meant = nearest is null ? "" : $" Did you mean {nearest}?";
        throw new SqlBindingException($"There is no {what} {name}.{meant}{hint}", span) { Suggestion = nearest };
    }
}
