using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>The same rows under the names that their columns have in the target.</summary>
static class RenamedRows
{
    public static bool AreNeeded(TablePlan plan) => plan.Columns.Any(pair => pair.Source != pair.Target);

    public static IEnumerable<RowBatch> Of(IEnumerable<RowBatch> batches, TablePlan plan)
    {
        RowBatch? renamed = null;
        foreach (RowBatch batch in batches)
        {
            renamed ??= new RowBatch(new TableSchema(batch.Schema.Database, batch.Schema.Table, [.. batch.Schema.Columns.Select((column, index) => column with { Name = plan.Columns[index].Target })], batch.Schema.KeyColumns));
            renamed.Clear();
            renamed.RowsBefore = batch.RowsBefore;
            for (int row = 0; row < batch.Count; row++) renamed.AddEncoded(batch[row]);
            yield return renamed;
        }
    }
}
