using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Following;

/// <summary>
/// What databases say of following. <c>orrery_follow</c> in the job's target has a row that says which way it goes, since which epoch, and where the epoch's changes begin; and each side has a row that says
/// how far changes are applied to it, written in the transaction that applies them.
/// </summary>
static class FollowStore
{
    public const string Control = "control", Applied = "applied", Forth = "forth", Back = "back";

    static readonly TableName Table = new(null, "orrery_follow");

    /// <summary>Makes the table where it is not.</summary>
    public static TableDefinition Open(IDatabase database)
    {
        ChunkTokens.Make(database, new TableDefinition(Table,
        [
            new ColumnDefinition("job", new ColumnType(ColumnKind.Text, Length: 100), "", false), new ColumnDefinition("role", new ColumnType(ColumnKind.Text, Length: 20), "", false),
            new ColumnDefinition("epoch", new ColumnType(ColumnKind.Int64), "", false), new ColumnDefinition("way", new ColumnType(ColumnKind.Text, Length: 20), "", false),
            new ColumnDefinition("checkpoint", new ColumnType(ColumnKind.Text), "", false), new ColumnDefinition("seq", new ColumnType(ColumnKind.Int64), "", false),
            new ColumnDefinition("changes", new ColumnType(ColumnKind.Int64), "", false), new ColumnDefinition("at", new ColumnType(ColumnKind.Timestamp, 6), "", false),
        ]) { Key = ["job", "role"] });
        return database.ReadTable(Table);
    }

    /// <summary>A row; null where there is none.</summary>
    public static FollowRow? Read(IDatabase database, TableDefinition table, string job, string role)
    {
        foreach (RowBatch batch in database.Read(table, KeyRange.All, ReadOptions.Default))
            for (int row = 0; row < batch.Count; row++)
            {
                object?[] values = RowValues.ReadAll(batch.Schema, batch[row]);
                if ((string)values[0]! == job && (string)values[1]! == role)
                    return new FollowRow(Number(values[2]), (string)values[3]!, (string)values[4]!, Number(values[5]), Number(values[6]));
            }

        return null;
    }

    /// <summary>Writes a row in the transaction that is under way, under the run's token.</summary>
    /// <exception cref="TokenOverruledException">A later run has the job.</exception>
    public static void Write(IDatabase database, DatabaseTransaction transaction, TableDefinition table, ChunkTokens tokens, string job, string role, FollowRow row, TimeProvider time)
    {
        tokens.Guard(database, transaction);
        IDialect dialect = database.Dialect;
        database.Execute($"DELETE FROM {dialect.Quote(table.Name)} WHERE {dialect.Quote("job")} = '{job}' AND {dialect.Quote("role")} = '{role}'");
        var batch = new RowBatch(table.ToSchema(""));
        batch.Add([job, role, row.Epoch, row.Way, row.Checkpoint, row.Sequence, row.Changes, new DateTime(time.GetUtcNow().Ticks / 10 * 10, DateTimeKind.Unspecified)]);
        database.Insert(table, [batch]);
    }

    static long Number(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}

/// <summary>How far, or where from, changes are applied.</summary>
/// <param name="Epoch">Rises with each cut-over.</param>
/// <param name="Way">From the source to the target, or back.</param>
/// <param name="Checkpoint">Of the capture.</param>
/// <param name="Sequence">The last one applied.</param>
/// <param name="Changes">Applied since the epoch began.</param>
sealed record FollowRow(long Epoch, string Way, string Checkpoint, long Sequence, long Changes);
