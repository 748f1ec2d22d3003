using System.Runtime.CompilerServices;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// Cuts plans at exchanges, so that each partition of a dataflow can compute its part with the operators of one: where an operator needs rows of several partitions together they are brought together before it, by
/// the keys that it works with, or at partition 0 where it has none, and nowhere else. It knows for each plan where its rows lie (<see cref="Placement"/>); what lies right stays.
/// <para>Equal plans are cut equally, so that equal parts are still found to be equal. Tables and views are told in the order in which they are made, alike at all partitions.</para>
/// </summary>
public sealed partial class PartitionPlanner
{
    /// <summary>A limit up to which each partition first finds its own top rows.</summary>
    private const long LocalTopMax = 10_000;

    private readonly Dictionary<string, Placement> _relations = new(StringComparer.OrdinalIgnoreCase);

    private readonly record struct Placed(Plan Plan, Placement Placement);

    /// <summary>Whether the changes of a table go to other partitions before they come into it.</summary>
    public static bool IsExchanged(Relation table, TableFeed feed) => feed == TableFeed.Anywhere && (table.PrimaryKey.Count > 0 || !table.IsAppendOnly);

    /// <summary>The columns that say where a change of such a table goes.</summary>
    public static IReadOnlyList<int> KeyOf(Relation table) => table.PrimaryKey.Count > 0 ? table.PrimaryKey : [.. Enumerable.Range(0, table.Schema.Count)];

    public void AddTable(Relation table, TableFeed feed)
    {
        var keys = KeyOf(table).Select(column => (IReadOnlyList<BoundExpression>)[KeyForm.Column(column, table.Schema[column].Type)]);
        _relations[table.Name] = feed == TableFeed.First ? Placement.First
            : IsExchanged(table, feed) ? Placement.ByKey(Placement.Hash, keys)
            : feed == TableFeed.ByKey && table.PrimaryKey.Count > 0 ? Placement.ByKey("table " + table.Name.ToUpperInvariant(), keys)
            : Placement.Anywhere;
    }

    /// <summary>The plan as the partitions compute it.</summary>
    /// <param name="receiverKey">Columns whose equal values have to be at one partition, the same one for every plan, for a receiver that replaces rows by them; null: rows may lie anywhere.</param>
    public Plan Cut(Plan plan, IReadOnlyList<int>? receiverKey = null) => Cut(plan, receiverKey, out _);

    internal Plan Cut(Plan plan, IReadOnlyList<int>? receiverKey, out Placement placement)
    {
        var placed = Visit(plan);
        if (receiverKey is not null)
        {
            // Just by the whole key, so that a key has the same place under every plan that feeds the receiver.
            var keys = new Arguments(receiverKey.Select(column => plan.Schema.Column(column)));
            bool isThere = placed.Placement.Function == Placement.Hash && placed.Placement.PlacesIn([.. keys.Select(KeyForm.Of)]) is { } places && places.SequenceEqual(Enumerable.Range(0, keys.Count));
            if (keys.Count == 0) placed = ToOne(placed, isNetted: false, "what receives it has no key");
            else if (!isThere) placed = ByKey(placed, keys, isNetted: true);
        }

        placement = placed.Placement;
        return placed.Plan;
    }

    /// <summary>Makes a view known, as it was cut, to the plans that read it.</summary>
    internal void AddView(string name, Placement placement) => _relations[name] = placement;

    public void Remove(string name) => _relations.Remove(name);

    private Placed Visit(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (plan)
        {
            case ScanPlan scan:
                return new Placed(scan, PlaceOf(scan));
            case ValuesPlan:
                return new Placed(plan, Placement.First);
            case JoinPlan join:
                return Join(join);
            case LookupPlan lookup:
                return Lookup(lookup);
            case SetOperationPlan set:
                return SetOperation(set);
            case UnionPlan union:
                Placed[] parts = [.. union.Parts.Select(Visit)];
                return new Placed(PlanTraversal.WithInputs(union, [.. parts.Select(part => part.Plan)]), parts.Select(part => part.Placement).Aggregate((left, right) => left.Or(right)));
            default:
                return plan.Inputs.Count == 1 ? Above(plan, Visit(plan.Inputs[0])) : throw new NotSupportedException($"A plan node of kind {plan.GetType().Name} cannot be partitioned.");
        }
    }

    private Placed Above(Plan plan, Placed input)
    {
        switch (plan)
        {
            case ProjectPlan project:
                return Over(plan, input) with { Placement = input.Placement.Through(project.Expressions) };
            case ExpandPlan expand:
                return Over(plan, input) with { Placement = expand.Projections.Select(input.Placement.Through).Aggregate((left, right) => left.Or(right)) };
            case AggregatePlan aggregate:
                var groups = Gather(input, aggregate.Keys, isNetted: true, "the aggregate has no keys");
                return Over(plan, groups) with { Placement = groups.Placement.Through(aggregate.Keys) };
            case TopPlan top:
                if (top.PartitionKeys.Count == 0 && top is { Rank: RankKind.RowNumber, EmitsRank: false }) input = LocalTop(input, top.Order, top.Last);
                return Over(plan, Gather(input, top.PartitionKeys, isNetted: false, "the order is over all rows"));
            case SortPlan sort when sort.Limit is { } limit:
                return Over(plan, Gather(LocalTop(input, sort.Order, sort.Offset + limit), Arguments.None, isNetted: false, "the limit is over all rows"));
            case SortPlan { Offset: > 0 }:
                return Over(plan, Gather(input, Arguments.None, isNetted: false, "the offset is over all rows"));
            case OverPlan over:
                return Over(plan, Gather(input, over.PartitionKeys, isNetted: false, "the window function has no PARTITION BY"));
            case WindowPlan { Kind: WindowKind.Session } window:
                return Over(plan, Gather(input, window.PartitionKeys, isNetted: false, "the sessions have no PARTITION BY"));
            default:
                return Over(plan, input);
        }
    }

    private static Placed Over(Plan plan, Placed input) => new(PlanTraversal.WithInputs(plan, [input.Plan]), input.Placement);

    /// <summary>Each partition's own first rows, which are enough to find those of all.</summary>
    private static Placed LocalTop(Placed input, SortKeys order, long last) => input.Placement.IsFirst || last > LocalTopMax ? input
        : input with { Plan = new TopPlan(input.Plan, RankKind.RowNumber, Arguments.None, order, 1, last, EmitsRank: false, input.Plan.Schema) };

    private static Placed Gather(Placed input, Arguments keys, bool isNetted, string reason)
    {
        if (input.Placement.Gathers([.. keys.Select(KeyForm.Of)])) return input;
        return keys.Count == 0 ? ToOne(input, isNetted, reason) : ByKey(input, keys, isNetted);
    }

    private static Placed ToOne(Placed input, bool isNetted, string reason) =>
        input.Placement.IsFirst ? input : new Placed(new ExchangePlan(input.Plan, ExchangeKind.ToOne, Arguments.None, isNetted, reason), Placement.First);

    private static Placed ToAll(Placed input, string reason) => input with { Plan = new ExchangePlan(input.Plan, ExchangeKind.ToAll, Arguments.None, IsNetted: false, reason) };

    private static Placed ByKey(Placed input, Arguments keys, bool isNetted)
    {
        if (keys.Any(key => !ExpressionTree.IsDeterministic(key))) return ToOne(input, isNetted, "the key is not the same each time");
        var stripped = KeyForm.Strip(keys);
        return new Placed(
            new ExchangePlan(input.Plan, ExchangeKind.ByKey, stripped, isNetted, ""), Placement.ByKey(Placement.Hash, stripped.Select(key => (IReadOnlyList<BoundExpression>)[KeyForm.Of(key)])));
    }

    private Placement PlaceOf(ScanPlan scan)
    {
        if (!_relations.TryGetValue(scan.Relation.Name, out var placement))
            throw new InvalidOperationException($"The plan reads {scan.Relation.Name}, which the planner of partitions was not told of. Add the table or the view before what reads it.");
        return placement.Through([.. scan.Columns.Select(column => new ColumnExpression(column, scan.Relation.Schema[column].Type, ""))]);
    }
}
