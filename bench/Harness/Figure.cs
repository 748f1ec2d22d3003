namespace Orrery.Bench.Harness;

/// <summary>One measured number beside its goal and the peer or limit measured in the same run.</summary>
/// <param name="Name">What was measured, in a few words.</param>
/// <param name="Value">The number: the median where a run was repeated.</param>
/// <param name="Unit">Its unit, such as <c>calls/s</c>, <c>B</c>, <c>ms</c>.</param>
/// <param name="Better"><c>higher</c> or <c>lower</c>.</param>
/// <param name="Goal">What to reach, or null where the number is only shown.</param>
/// <param name="AgainstName">The peer or limit, or null.</param>
/// <param name="AgainstValue">Its number in the same unit.</param>
public sealed record Figure(string Name, double Value, string Unit, string Better, double? Goal = null, string? AgainstName = null, double? AgainstValue = null)
{
    /// <summary>Whether the goal is reached; null where there is none.</summary>
    public bool? Met => Goal is not { } goal ? null : Better == "higher" ? Value >= goal : Value <= goal;
}
