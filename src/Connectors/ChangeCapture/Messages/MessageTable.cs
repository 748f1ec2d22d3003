using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>A table whose messages carry values as JSON: its schema, and how each column's JSON is read.</summary>
sealed class MessageTable
{
    readonly Dictionary<string, int> indexes;

    public MessageTable(TableSchema schema, IReadOnlyList<JsonForm> forms)
    {
        Schema = schema;
        Forms = [.. forms];
        indexes = schema.Columns.Select((column, index) => (column.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
    }

    public TableSchema Schema { get; }

    public JsonForm[] Forms { get; }

    public int Find(string name) => indexes.GetValueOrDefault(name, -1);

    /// <summary>Finds the values of a row's object by column. False where it has a column that the table does not know.</summary>
    public bool TryCollect(JsonSlot row, ReadOnlySpan<byte> message, Span<JsonSlot> slots)
    {
        slots.Clear();
        var json = new Utf8JsonReader(row.Raw(message));
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int column = Find(json.GetString()!);
            json.Read();
            if (column < 0) return false;
            slots[column] = JsonSlot.Take(ref json, row.Start);
        }

        return true;
    }

    /// <summary>Writes a row: each column from the overlay where it has it, else from the values.</summary>
    public void WriteRow(RowWriter writer, ReadOnlySpan<byte> message, ReadOnlySpan<JsonSlot> values, ReadOnlySpan<JsonSlot> overlay, ref byte[] scratch)
    {
        bool partial = false;
        for (int column = 0; column < Forms.Length; column++) partial |= !Choose(values, overlay, column).IsThere || JsonValues.IsUnavailable(Choose(values, overlay, column), message);
        writer.Clear();
        writer.BeginRow(Forms.Length, partial);
        for (int column = 0; column < Forms.Length; column++)
        {
            JsonSlot slot = Choose(values, overlay, column);
            if (slot.Token == JsonTokenType.Null) writer.WriteNull();
            else if (!slot.IsThere || JsonValues.IsUnavailable(slot, message)) writer.WriteMissing();
            else if (!JsonValues.TryWrite(writer, Schema.Columns[column].Type, Forms[column], slot, message, ref scratch)) throw MessageErrors.DoesNotFit(Schema, column, 0, slot.Raw(message));
        }

        writer.EndRow();
    }

    static JsonSlot Choose(ReadOnlySpan<JsonSlot> values, ReadOnlySpan<JsonSlot> overlay, int column) => !overlay.IsEmpty && overlay[column].IsThere ? overlay[column] : values[column];
}
