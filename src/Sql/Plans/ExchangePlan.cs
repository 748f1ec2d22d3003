using Orrery.Sql.Expressions;

namespace Orrery.Sql.Plans;

/// <summary>Where an exchange brings the rows of its input.</summary>
public enum ExchangeKind : byte
{
    /// <summary>Rows of equal keys to one partition.</summary>
    ByKey,

    /// <summary>All rows to partition 0.</summary>
    ToOne,

    /// <summary>Each row to every partition.</summary>
    ToAll,
}

/// <summary>
/// The rows of the input, moved between the partitions of a dataflow. No statement is bound to one: the planner of partitions puts them where an operator needs rows of several partitions together.
/// </summary>
/// <param name="Keys">Over the input row; only of <see cref="ExchangeKind.ByKey"/>.</param>
/// <param name="IsNetted">Whether equal rows of one step may be sent as one with their net count. Not below what looks at each single change.</param>
/// <param name="Reason">Why, for readers; no part of the fingerprint.</param>
public sealed record ExchangePlan(Plan Input, ExchangeKind Kind, Arguments Keys, bool IsNetted, string Reason) : Plan(Input.Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}
