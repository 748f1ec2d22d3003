using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>
/// GROUP BY: its keys and sets, the aggregates of the other clauses, and what those clauses' expressions are over the groups.
/// Call <see cref="Bind"/>, <see cref="Collect"/>, <see cref="Plan"/>, then <see cref="Rewrite"/>.
/// </summary>
/// <param name="session">Of the statement.</param>
/// <param name="rows">The rows to group.</param>
/// <param name="binder">Of the clause itself, with the aliases of the select list in sight.</param>
/// <param name="items">The select list, for keys that are given by place.</param>
internal sealed class GroupBinder(BindingSession session, ConditionBinder rows, ExpressionBinder binder, IReadOnlyList<BoundExpression> items)
{
    /// <summary>The keys as the other clauses write them; the window of GROUP BY stands for its three columns.</summary>
    private readonly List<BoundExpression> _keys = [];
    private readonly List<AggregateCall> _calls = [];
    private List<List<int>> _sets = [[]];
    private GroupWindowExpression? _window;
    private TextSpan _span;
    private List<BoundExpression> _columns = [];
    private RowSchema _schema = new([]);
    private int _identity = -1;

    public void Bind(GroupBySyntax? syntax)
    {
        if (syntax is null) return;
        _span = syntax.Span;
        foreach (var item in syntax.Items)
        {
            var sets = Sets(item);
            if ((long)_sets.Count * sets.Count > BindingLimits.GroupingSetsMax)
                throw new SqlBindingException($"GROUP BY has more than {BindingLimits.GroupingSetsMax} grouping sets.", item.Span);
            _sets = [.. _sets.SelectMany(left => sets.Select(right => (List<int>)[.. left, .. right.Where(key => !left.Contains(key))]))];
        }

        if (_keys.OfType<GroupWindowExpression>().Count() > 1) throw new SqlBindingException("GROUP BY has two windows; use one.", syntax.Span);
        _window = _keys.OfType<GroupWindowExpression>().FirstOrDefault();
        if (_window is not null && _sets.Count > 1) throw new SqlBindingException("A window of GROUP BY cannot stand in grouping sets; use FROM TABLE(TUMBLE(...)) and group by window_start, window_end.", syntax.Span);
    }

    private List<List<int>> Sets(GroupingSyntax syntax)
    {
        switch (syntax)
        {
            case ExpressionGroupingSyntax single:
                return [[Key(single.Expression)]];
            case SetGroupingSyntax set:
                return [[.. set.Expressions.Select(Key).Distinct()]];
            case RollupGroupingSyntax rollup:
                var units = rollup.Items.Select(item => Sets(item)[0]).ToList();
                return [.. Enumerable.Range(0, units.Count + 1).Select(left => units.Take(units.Count - left).SelectMany(unit => unit).Distinct().ToList())];
            case CubeGroupingSyntax cube:
                var all = cube.Items.Select(item => Sets(item)[0]).ToList();
                if (all.Count > 8) throw new SqlBindingException($"CUBE of {all.Count} keys has more than {BindingLimits.GroupingSetsMax} grouping sets.", syntax.Span);
                return [.. Enumerable.Range(0, 1 << all.Count).Select(mask => all.Where((_, index) => (mask >> (all.Count - 1 - index) & 1) == 0).SelectMany(unit => unit).Distinct().ToList())];
            default:
                return [.. ((GroupingSetsSyntax)syntax).Items.SelectMany(Sets)];
        }
    }

    private int Key(ExpressionSyntax syntax)
    {
        BoundExpression key;
        if (QueryBinder.Ordinal(syntax, items.Count, "GROUP BY") is { } place) key = items[place];
        else if (syntax is CallSyntax { Over: null } call && call.Function.Plain.ToUpperInvariant() is "TUMBLE" or "HOP" or "SESSION") key = binder.GroupWindow(((CallSyntax)syntax).Function.Plain.ToUpperInvariant(), (CallSyntax)syntax);
        else key = binder.Bind(syntax);
        if (ExpressionTree.Any(key, part => part is AggregateReference or GroupingReference or OverReference or WindowPropertyReference))
            throw new SqlBindingException("GROUP BY cannot group by an aggregate, a window function, or a property of a window; compute it in a subquery.", syntax.Span);
        if (session.IsLive && ExpressionTree.ReadsClock(key)) throw new SqlBindingException("A live view cannot group by NOW().", syntax.Span);
        int known = _keys.IndexOf(key);
        if (known >= 0) return known;
        _keys.Add(key);
        return _keys.Count - 1;
    }

    /// <summary>Finds the aggregates of the other clauses.</summary>
    public void Collect(IEnumerable<BoundExpression> expressions)
    {
        foreach (var expression in expressions)
        {
            ExpressionTree.Any(expression, part =>
            {
                if (part is AggregateReference reference && !_calls.Contains(reference.Call)) _calls.Add(reference.Call);
                return false;
            });
        }
    }

    /// <summary>The groups: keys, then (with several sets) which set it is, then the aggregates.</summary>
    public Plan Plan()
    {
        // The one group of no keys is there whether anything is computed of it or not; without calls it would be a DISTINCT.
        if (_calls.Count == 0 && _sets.Any(set => set.Count == 0)) _calls.Add(new AggregateCall(AggregateFunction.Count, Arguments.None, false, null, SortKeys.None, SqlType.BigInt.Nullable(false), "COUNT"));
        var keys = _keys.Where(key => key is not GroupWindowExpression).Select(rows.Value).ToList();
        var input = rows.Plan;
        var names = keys.Select(key => key is ColumnExpression column ? column.Name : "key").ToList();
        if (_window is not null)
        {
            int count = input.Schema.Count;
            input = FromBinder.Window(_window.Kind, input, _window.Time, _window.Size, _window.Step, _window.Offset, _window.Kind == WindowKind.Session ? new Arguments(keys) : Arguments.None, _span);
            for (int i = 0; i < 3; i++)
            {
                keys.Add(input.Schema.Column(count + i));
                names.Add(input.Schema[count + i].Name);
            }
        }

        return _sets.Count == 1 ? Grouped(input, keys, names) : Expanded(input, keys, names);
    }

    private AggregatePlan Grouped(Plan input, List<BoundExpression> keys, List<string> names)
    {
        _schema = new RowSchema([.. keys.Select((key, index) => new RowColumn(names[index], key.Type)), .. _calls.Select(call => new RowColumn(call.Name, call.Type))]);
        _columns = [.. keys.Select((_, index) => _schema.Column(index))];
        return new AggregatePlan(input, new Arguments(keys), _calls, _schema);
    }

    /// <summary>Each row once for each set, its keys that are not in the set null. The set of no keys is there over no rows too, so it is a part of its own.</summary>
    private Plan Expanded(Plan input, List<BoundExpression> keys, List<string> names)
    {
        int count = keys.Count;
        _identity = count;
        var identityType = SqlType.Integer.Nullable(false);
        var keyColumns = keys.Select((key, index) => new RowColumn(names[index], key.Type.Nullable())).ToList();
        _schema = new RowSchema([.. keyColumns, new RowColumn("set", identityType), .. _calls.Select(call => new RowColumn(call.Name, call.Type))]);
        _columns = [.. keys.Select((_, index) => _schema.Column(index))];
        var projections = new List<Arguments>();
        var parts = new List<Plan>();
        for (int set = 0; set < _sets.Count; set++)
        {
            var identity = new ConstantExpression((long)set, identityType);
            var nulls = keys.Select((key, index) => _sets[set].Contains(index) ? key : new ConstantExpression(null, key.Type.Nullable())).ToList();
            if (_sets[set].Count > 0)
            {
                projections.Add(new Arguments([.. nulls, identity, .. input.Schema.AllColumns()]));
                continue;
            }

            var total = new AggregatePlan(input, Arguments.None, _calls, new RowSchema(_calls.Select(call => new RowColumn(call.Name, call.Type))));
            parts.Add(new ProjectPlan(total, new Arguments([.. nulls, identity, .. total.Schema.AllColumns()]), _schema));
        }

        if (projections.Count > 0)
        {
            var expanded = new ExpandPlan(input, projections, new RowSchema([.. keyColumns, new RowColumn("set", identityType), .. input.Schema.Columns]));
            var calls = _calls.Select(call => PlanTraversal.Rewrite(call, part => part is ColumnExpression column ? column with { Index = column.Index + count + 1 } : null)).ToList();
            parts.Insert(0, new AggregatePlan(expanded, new Arguments(Enumerable.Range(0, count + 1).Select(expanded.Schema.Column)), calls, _schema));
        }

        return parts.Count == 1 ? parts[0] : new UnionPlan(parts, _schema);
    }

    /// <summary>An expression of another clause over the groups.</summary>
    public BoundExpression Rewrite(BoundExpression expression, TextSpan span, PlaceFinder places) => ExpressionTree.Rewrite(expression, part =>
    {
        int key = KeyOf(part);
        if (key >= 0) return _columns[key];
        switch (part)
        {
            case AggregateReference reference:
                return _schema.Column(_schema.Count - _calls.Count + _calls.IndexOf(reference.Call));
            case GroupingReference grouping:
                return Grouping(grouping, places.Find(part, span));
            case WindowPropertyReference property:
                if (_window is null || !property.Window.Equals(_window))
                    throw new SqlBindingException($"{property.Window.Kind.ToString().ToUpperInvariant()}_{property.Property} names a window that is not in GROUP BY; write it there with the same arguments.", places.Find(part, span));
                int first = _keys.Count - 1;
                return _schema.Column(first + property.Property switch { "START" => 0, "END" => 1, _ => 2 });
            case SubqueryExpression subquery:
                var plan = Outer(subquery.Plan, places.Find(part, span));
                return subquery with { Plan = plan, Operands = new Arguments(subquery.Operands.Select(operand => Rewrite(operand, span, places))) };
            case ColumnExpression column:
                throw new SqlBindingException($"The column {column.Name} is neither in GROUP BY nor in an aggregate.", places.Find(part, span));
            default:
                return null;
        }
    });

    private int KeyOf(BoundExpression part)
    {
        int place = 0;
        foreach (var key in _keys)
        {
            if (key is GroupWindowExpression) continue;
            if (key.Equals(part)) return place;
            place++;
        }

        return -1;
    }

    /// <summary>A subquery that reads columns of the rows reads the keys instead.</summary>
    private Plan Outer(Plan plan, TextSpan span)
    {
        if (!Correlation.IsCorrelated(plan)) return plan;
        static BoundExpression ToOuter(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => new OuterExpression(1, column.Index, column.Type, column.Name));
        var outers = _keys.Where(key => key is not GroupWindowExpression).Select(ToOuter).ToList();
        return Rebuilt(plan);
        Plan Rebuilt(Plan node)
        {
            var inputs = PlanTraversal.WithInputs(node, [.. node.Inputs.Select(Rebuilt)]);
            return PlanTraversal.RewriteExpressions(inputs, part =>
            {
                int place = outers.FindIndex(outer => outer.Equals(part));
                if (place >= 0) return new OuterExpression(1, place, _columns[place].Type, "key");
                return part is OuterExpression { Level: 1 } outer ? throw new SqlBindingException($"The subquery reads {outer.Name}, which is neither in GROUP BY nor in an aggregate.", span) : null;
            });
        }
    }

    /// <summary>GROUPING: a number for each set, told by which set the group is of.</summary>
    private BoundExpression Grouping(GroupingReference reference, TextSpan span)
    {
        var places = reference.Keys.Select(key => _keys.IndexOf(key) is var place and >= 0 ? place : throw new SqlBindingException("GROUPING takes keys of GROUP BY.", span)).ToList();
        long Value(List<int> set) => places.Aggregate(0L, (bits, place) => bits << 1 | (set.Contains(place) ? 0L : 1L));
        if (_identity < 0) return Literals.BigInt(Value(_sets[0]));
        var identity = _schema.Column(_identity);
        var conditions = new List<BoundExpression>();
        var results = new List<BoundExpression>();
        for (int set = 0; set < _sets.Count - 1; set++)
        {
            conditions.Add(BindingSession.Call(span, "=", identity, new ConstantExpression((long)set, identity.Type)));
            results.Add(Literals.BigInt(Value(_sets[set])));
        }

        return ExpressionBinder.CaseOf(conditions, results, Literals.BigInt(Value(_sets[^1])), span);
    }
}
