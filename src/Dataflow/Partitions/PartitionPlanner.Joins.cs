using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;

namespace Orrery.Dataflow.Partitions;

public sealed partial class PartitionPlanner
{
    private Placed Join(JoinPlan join)
    {
        Placed left = Visit(join.Left), right = Visit(join.Right);
        if (left.Placement.IsFirst && right.Placement.IsFirst) return Joined(join, left, right, Placement.First);
        // NOT IN compares its last key in a way of its own: all rows of the keys before it must be there.
        int keys = join.Kind == JoinKind.NullAwareAnti ? join.LeftKeys.Count - 1 : join.LeftKeys.Count;
        if (keys > 0)
        {
            var (leftMet, rightMet) = Meet(left, right, new Arguments(join.LeftKeys.Take(keys)), new Arguments(join.RightKeys.Take(keys)));
            var shifted = rightMet.Placement.Shifted(join.Left.Schema.Count);
            return Joined(join, leftMet, rightMet, join.Kind switch
            {
                JoinKind.Inner => leftMet.Placement.And(shifted),
                JoinKind.Right => shifted,
                JoinKind.Full when !leftMet.Placement.IsFirst => Placement.Anywhere,
                _ => leftMet.Placement,
            });
        }

        if (join.Kind is JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti && (join.Kind == JoinKind.NullAwareAnti || PlanFacts.HasAtMostOneRow(join.Right)))
            return Joined(join, left, ToAll(right, join.Kind == JoinKind.NullAwareAnti ? "NOT IN looks at all of its rows" : "it has one row at most"), left.Placement);
        if (join.Kind is JoinKind.Inner or JoinKind.Right && PlanFacts.HasAtMostOneRow(join.Left))
            return Joined(join, ToAll(left, "it has one row at most"), right, right.Placement.Shifted(join.Left.Schema.Count));
        return Joined(join, ToOne(left, false, "the join has no keys"), ToOne(right, false, "the join has no keys"), Placement.First);
    }

    private Placed Lookup(LookupPlan lookup)
    {
        Placed left = Visit(lookup.Left), right = Visit(lookup.Right);
        if (left.Placement.IsFirst && right.Placement.IsFirst) return Joined(lookup, left, right, Placement.First);
        if (lookup.LeftKeys.Count == 0) return Joined(lookup, left, ToAll(right, "the lookup has no keys"), left.Placement);
        var (leftMet, rightMet) = Meet(left, right, lookup.LeftKeys, lookup.RightKeys);
        return Joined(lookup, leftMet, rightMet, leftMet.Placement);
    }

    private Placed SetOperation(SetOperationPlan set)
    {
        Placed left = Visit(set.Left), right = Visit(set.Right);
        if (left.Placement.IsFirst && right.Placement.IsFirst) return Joined(set, left, right, Placement.First);
        var (leftMet, rightMet) = Meet(left, right, set.Left.Schema.AllColumns(), set.Right.Schema.AllColumns());
        // A row of the result is a row of both sides where they intersect, of the left one in any case.
        return Joined(set, leftMet, rightMet, leftMet.Placement);
    }

    private static Placed Joined(Plan plan, Placed left, Placed right, Placement placement) => new(PlanTraversal.WithInputs(plan, [left.Plan, right.Plan]), placement);

    /// <summary>Both sides by keys that are equal where their rows meet; a side that lies right stays, and the other one comes to it.</summary>
    private static (Placed Left, Placed Right) Meet(Placed left, Placed right, Arguments leftKeys, Arguments rightKeys)
    {
        int[]? leftPlaces = left.Placement.PlacesIn([.. leftKeys.Select(KeyForm.Of)]), rightPlaces = right.Placement.PlacesIn([.. rightKeys.Select(KeyForm.Of)]);
        if (leftKeys.Concat(rightKeys).All(ExpressionTree.IsDeterministic))
        {
            if (leftPlaces is not null && rightPlaces is not null && left.Placement.Function == right.Placement.Function && leftPlaces.AsSpan().SequenceEqual(rightPlaces)) return (left, right);
            if (leftPlaces is not null && left.Placement.Function == Placement.Hash) return (left, ByKey(right, Chosen(rightKeys, leftPlaces), isNetted: false));
            if (rightPlaces is not null && right.Placement.Function == Placement.Hash) return (ByKey(left, Chosen(leftKeys, rightPlaces), isNetted: false), right);
            if (leftKeys.Count > 0) return (ByKey(left, leftKeys, isNetted: false), ByKey(right, rightKeys, isNetted: false));
        }

        return (ToOne(left, false, "there is no key to meet by"), ToOne(right, false, "there is no key to meet by"));
    }

    private static Arguments Chosen(Arguments keys, int[] places) => new(places.Select(place => keys[place]));
}
