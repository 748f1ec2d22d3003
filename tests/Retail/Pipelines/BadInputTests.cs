using Orrery.Dataflow.Graphs;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Sql.Rows;

namespace Orrery.Retail.Tests.Pipelines;

/// <summary>What bad messages do to the pipelines: those that say nothing certain are put aside with a reason, the others change what they name and nothing else; the good message after them mends it.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData(BadMessageKind.MissingColumn, "has no value")]
    [InlineData(BadMessageKind.MissingKey, "key")]
    [InlineData(BadMessageKind.WrongType, "many")]
    [InlineData(BadMessageKind.Torn, "JSON")]
    [InlineData(BadMessageKind.UnknownTable, null)]
    [InlineData(BadMessageKind.NegativeNumber, null)]
    [InlineData(BadMessageKind.DuplicateKey, null)]
    [InlineData(BadMessageKind.DeleteBeforeInsert, null)]
    [InlineData(BadMessageKind.ClockJump, null)]
    public void Bad_messages_are_put_aside_or_mended_by_the_good_one_after_them(BadMessageKind kind, string? reason)
    {
        using InProcessWarehouse spoiled = new(), clean = new();
        var encoder = new CanalEncoder();
        foreach (RetailTransaction transaction in History.Of(9, 300))
        {
            List<CanalMessage> good = [.. encoder.Encode(transaction)];
            clean.Step(clean.Slices(good));
            // An order's head and its lines arrive spoiled first, and then as they are.
            List<CanalMessage> bad = [.. good.Where(static message => message.Topic.EndsWith("gqsh_order", StringComparison.Ordinal) || message.Topic.EndsWith("gqsh_order_item", StringComparison.Ordinal))];
            spoiled.Step(spoiled.Slices([.. bad.Select(message => BadMessages.Make(kind, message))]));
            spoiled.Step(spoiled.Slices(good));
        }

        clean.Rejected.ShouldBeEmpty();
        if (reason is null)
            spoiled.Rejected.ShouldBeEmpty();
        else
            spoiled.Rejected.ShouldContain(each => each.Contains(reason, StringComparison.OrdinalIgnoreCase));
        Rows(spoiled, "ads_order_sales").ShouldBe(Rows(clean, "ads_order_sales"));
    }

    private static List<string> Rows(InProcessWarehouse warehouse, string name)
    {
        DataflowView view = warehouse.Graph.FindView(name);
        view.Status.ShouldBe(ViewStatus.Live, view.Reason);
        var rows = new List<string>();
        view.ReadRows((row, _) => rows.Add(string.Join('|', RowValues.ToObjects(row, view.Layout))));
        rows.Sort(StringComparer.Ordinal);
        rows.ShouldNotBeEmpty();
        return rows;
    }
}
