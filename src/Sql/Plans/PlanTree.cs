using System.Runtime.CompilerServices;
using System.Globalization;

namespace Orrery.Sql.Plans;

/// <summary>A plan for drawing: plain values that any JSON writer takes.</summary>
/// <param name="Id">The place in the tree: <c>0</c> is the root, <c>0.1</c> its second input.</param>
/// <param name="Title">What it is, for example <c>InnerJoin</c>.</param>
/// <param name="Detail">What it does, in one line.</param>
/// <param name="Columns">Names and types of what it gives.</param>
/// <param name="Inputs">What it reads.</param>
public sealed record PlanTree(string Id, string Title, string Detail, IReadOnlyList<string> Columns, IReadOnlyList<PlanTree> Inputs)
{
    public static PlanTree Of(Plan plan) => Of(plan, "0");

    private static PlanTree Of(Plan plan, string id)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return new PlanTree(
            id,
            PlanPrinter.Title(plan),
            PlanPrinter.Detail(plan, isCanonical: false),
            [.. plan.Schema.Columns.Select(column => $"{column.Name} {column.Type}")],
            [.. plan.Inputs.Select((input, index) => Of(input, id + "." + index.ToString(CultureInfo.InvariantCulture)))]);
    }
}
