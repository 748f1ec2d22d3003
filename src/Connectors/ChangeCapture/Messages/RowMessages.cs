using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Writes the one row, or the two of an update, that a message of Debezium or Maxwell has.</summary>
sealed class RowMessages
{
    readonly RowWriter row = new(), before = new();
    JsonSlot[] values = new JsonSlot[64], overlay = new JsonSlot[64];
    byte[] scratch = new byte[256];

    /// <summary>Adds a change.</summary>
    /// <param name="kind">Insert, update, delete or read.</param>
    /// <param name="current">The row's object: after the change, or before a delete.</param>
    /// <param name="old">What stood before in columns that may have changed; nothing where it is not said.</param>
    /// <param name="oldIsWhole">Whether <paramref name="old"/> is the whole row before, so that a column that it lacks is missing instead of unchanged.</param>
    public void Add(PendingChanges pending, ChangeBatch batch, in ChangeMessage message, MessageTable table, ChangeKind kind, JsonSlot current, JsonSlot old, bool oldIsWhole, long time)
    {
        TableSchema schema = table.Schema;
        int columns = schema.Columns.Count;
        if (values.Length < columns)
        {
            values = new JsonSlot[columns];
            overlay = new JsonSlot[columns];
        }

        Span<JsonSlot> slots = values.AsSpan(0, columns), olds = overlay.AsSpan(0, columns);
        Collect(table, current, message.Value, slots);
        table.WriteRow(row, message.Value, slots, default, ref scratch);
        int start = batch.Bytes.Position;
        ChangeWriter.BeginChange(batch.Bytes, kind, schema.Fingerprint, message.Sequence, 0);
        if (kind == ChangeKind.Update)
        {
            if (old.Token == JsonTokenType.StartObject)
            {
                Collect(table, old, message.Value, olds);
                table.WriteRow(before, message.Value, oldIsWhole ? olds : slots, oldIsWhole ? default : olds, ref scratch);
            }
            else
            {
                CanalReader.WriteKeyOnly(before, schema, row.Written);
            }

            ChangeWriter.AppendUpdateRows(batch.Bytes, row.Written, before.Written);
        }
        else
        {
            batch.Bytes.Append(row.Written);
        }

        pending.AddRow(batch, kind, schema, batch.IndexOf(schema), row.Written, start, time, message.Sequence);
    }

    static void Collect(MessageTable table, JsonSlot row, ReadOnlySpan<byte> message, Span<JsonSlot> slots)
    {
        if (!table.TryCollect(row, message, slots)) throw new MessageException(MessageFault.Schema, $"a row of {table.Schema} has a column that its schema lacks");
    }
}
