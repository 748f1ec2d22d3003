using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>What an expression may hold where it stands.</summary>
/// <param name="Clause">For messages: <c>WHERE</c>, <c>the select list</c>.</param>
internal sealed record ClauseRules(string Clause)
{
    public bool Aggregates { get; init; }

    /// <summary>Window functions.</summary>
    public bool Overs { get; init; }

    public bool Subqueries { get; init; }

    /// <summary>The windows of the WINDOW clause.</summary>
    public IReadOnlyList<NamedWindowSyntax> Windows { get; init; } = [];
}
