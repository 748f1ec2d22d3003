using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>
/// Reads canal's flat messages (canal-json), and what other producers call so: TiCDC, Tencent's CKafka, Flink, Alibaba's DMS.
///
/// A message describes one event of one table: <c>data</c> has its rows, each column a string or null; <c>old</c> has, row by row, the columns that an update may have
/// changed, as they were. The row before is the row of <c>data</c> overlaid with <c>old</c>: a column that <c>old</c> lacks is unchanged, one that it has as null was
/// null. <c>old</c> may name columns that did not change (canal collects the names over a message's rows, TiCDC and CKafka send all): that changes nothing here.
/// A changed key is an update whose two rows differ in the key; the entry's key is the new one. A column that <c>data</c> lacks was not logged: it is missing, not
/// null. Types come from <c>mysqlType</c> (<c>unsigned</c> included), else from <c>sqlType</c>, which canal raises with the value and which therefore says less, else
/// from the declared schema, else all is text. Binary columns are characters U+0000 to U+00FF. BIT is a decimal number.
///
/// DDL says only a statement: its change has the schema that was known before (<see cref="UnknownColumns"/> where none was); the new one comes with the next row. A
/// truncate is a change of its own kind.
///
/// Not known from a message: the transaction's borders, and the order between partitions (DDL goes to partition 0, a changed key to its new key's partition).
/// </summary>
public sealed partial class CanalReader(ChangeMessageOptions options) : IChangeMessageReader
{
    readonly PendingChanges pending = new();
    readonly CanalTables tables = new(options);
    JsonSlot[] data = new JsonSlot[64], old = new JsonSlot[64];
    byte[] scratch = new byte[256];
    readonly RowWriter row = new(), before = new();

    /// <summary>Messages that the quick way took; the rest went through the general reader.</summary>
    public long FastMessages { get; private set; }

    public int Read(in ChangeMessage message, ChangeBatch batch)
    {
        if (message.Value.IsEmpty) return 0;
        if (message.Value.Length > options.MessageBytesMax) throw new MessageException(MessageFault.Size, $"Message {message.Sequence} has {message.Value.Length} bytes; the bound is {options.MessageBytesMax} (MessageBytesMax).");
        pending.Begin(batch);
        try
        {
            if (TryReadFast(message, batch))
            {
                FastMessages++;
                return pending.Complete(batch);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The general reader says what is wrong.
        }

        pending.Forget(batch);
        try
        {
            ReadGeneral(message, batch);
            return pending.Complete(batch);
        }
        catch (Exception error)
        {
            pending.Forget(batch);
            throw MessageErrors.Translate(error, "canal", message.Sequence);
        }
    }

    void ReadGeneral(in ChangeMessage message, ChangeBatch batch)
    {
        lastTouched = null;
        CanalEnvelope envelope = CanalEnvelope.Read(message.Value, ref scratch);
        string database = envelope.Database ?? options.Database;
        string? name = envelope.Table ?? options.Table;
        long time = envelope.Es > 0 ? envelope.Es : envelope.Ts > 0 ? envelope.Ts : message.TimestampMilliseconds;
        if (envelope.IsStatement)
        {
            AddStatement(batch, envelope, database, name ?? "", time, message.Sequence);
            return;
        }

        ChangeKind kind = envelope.Kind;
        if (kind == default) return; // A query's text, a transaction's or heartbeat's event: no row changed.
        if (string.IsNullOrEmpty(name)) throw new MessageException(MessageFault.Table, "it names no table; give the reader the table of this topic (ChangeMessageOptions.Table)");
        if (envelope.Data.Token != JsonTokenType.StartArray) throw new MessageException(MessageFault.Envelope, $"a message of type {envelope.Type} without rows in 'data'");
        CanalTable table = tables.Find(envelope, message.Value, database, name);
        while (!TryReadRows(message, batch, envelope, table, kind, time))
        {
            pending.Forget(batch);
            ForgetGuess(table);
            table = tables.Widen(table, envelope, message.Value);
        }

        if (table.IsPlain && CanalTables.IsTyped(table)) RememberGuess(table);
        else ForgetGuess(table);
    }

    /// <summary>False where a row has a column that the table does not know.</summary>
    bool TryReadRows(in ChangeMessage message, ChangeBatch batch, in CanalEnvelope envelope, CanalTable table, ChangeKind kind, long time)
    {
        ReadOnlySpan<byte> text = message.Value;
        TableSchema schema = table.Schema;
        int columns = schema.Columns.Count, index = 0;
        if (data.Length < columns)
        {
            data = new JsonSlot[columns];
            old = new JsonSlot[columns];
        }

        bool hasOld = kind == ChangeKind.Update && envelope.Old.Token == JsonTokenType.StartArray;
        var rows = new Utf8JsonReader(envelope.Data.Raw(text));
        var olds = hasOld ? new Utf8JsonReader(envelope.Old.Raw(text)) : default;
        rows.Read();
        if (hasOld) olds.Read();
        int schemaIndex = batch.IndexOf(schema);
        for (; rows.Read() && rows.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == options.RowsMax) throw new MessageException(MessageFault.Size, $"it has more than {options.RowsMax} rows (RowsMax)");
            if (batch.Bytes.Position > RowWriter.BytesMax / 2) throw new MessageException(MessageFault.Size, $"its rows take more than {RowWriter.BytesMax / 2} bytes, at row {index}");
            if (!Collect(ref rows, envelope.Data.Start, table, data.AsSpan(0, columns), index)) return false;
            bool knowsBefore = false;
            if (hasOld)
            {
                if (!olds.Read() || olds.TokenType == JsonTokenType.EndArray) throw new MessageException(MessageFault.Envelope, $"'old' has {index} rows and 'data' has more");
                knowsBefore = olds.TokenType != JsonTokenType.Null;
                if (knowsBefore && !Collect(ref olds, envelope.Old.Start, table, old.AsSpan(0, columns), index)) return false;
            }

            WriteRow(row, text, table, data, default, index);
            int valueStart = batch.Bytes.Position;
            ChangeWriter.BeginChange(batch.Bytes, kind, schema.Fingerprint, message.Sequence, index);
            if (kind == ChangeKind.Update)
            {
                if (knowsBefore) WriteRow(before, text, table, data, old, index);
                else WriteKeyOnly(before, schema, row.Written);
                ChangeWriter.AppendUpdateRows(batch.Bytes, row.Written, before.Written);
            }
            else
            {
                batch.Bytes.Append(row.Written);
            }

            pending.AddRow(batch, kind, schema, schemaIndex, row.Written, valueStart, time, message.Sequence);
        }

        if (hasOld && olds.Read() && olds.TokenType != JsonTokenType.EndArray) throw new MessageException(MessageFault.Envelope, $"'data' has {index} rows and 'old' has more");
        return true;
    }

    /// <summary>Finds the values of a row's object. False where it has a column that the table does not know.</summary>
    bool Collect(ref Utf8JsonReader json, int offset, CanalTable table, Span<JsonSlot> slots, int index)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new MessageException(MessageFault.Envelope, $"row {index} is {json.TokenType}, not an object");
        slots.Clear();
        int guess = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int column = table.Find(JsonSlot.Name(ref json, ref scratch), guess);
            json.Read();
            if (column < 0) return false;
            slots[column] = JsonSlot.Take(ref json, offset);
            guess = column + 1;
        }

        return true;
    }

    /// <summary>Writes a row: each column from the overlay where it has it, else from the values.</summary>
    void WriteRow(RowWriter writer, ReadOnlySpan<byte> text, CanalTable table, ReadOnlySpan<JsonSlot> values, ReadOnlySpan<JsonSlot> overlay, int index)
    {
        int columns = table.Types.Length;
        bool partial = false;
        for (int column = 0; column < columns; column++)
            partial |= !values[column].IsThere && (overlay.IsEmpty || !overlay[column].IsThere);
        writer.Clear();
        writer.BeginRow(columns, partial);
        for (int column = 0; column < columns; column++)
        {
            JsonSlot slot = !overlay.IsEmpty && overlay[column].IsThere ? overlay[column] : values[column];
            if (slot.Token == JsonTokenType.None)
            {
                writer.WriteMissing();
            }
            else if (slot.Token == JsonTokenType.Null)
            {
                writer.WriteNull();
            }
            else
            {
                ReadOnlySpan<byte> value = slot.Text(text, ref scratch);
                if (!ValueText.TryWrite(writer, table.Types[column], value)) throw MessageErrors.DoesNotFit(table.Schema, column, index, value);
            }
        }

        writer.EndRow();
    }

    /// <summary>A row before of which only the key is known: the same key.</summary>
    internal static void WriteKeyOnly(RowWriter writer, TableSchema schema, ReadOnlySpan<byte> after)
    {
        writer.Clear();
        writer.BeginRow(schema.Columns.Count, partial: true);
        var reader = new RowReader(schema, after);
        while (reader.Read())
        {
            if (reader.IsMissing || !schema.KeyColumns.Contains(reader.Index)) writer.WriteMissing();
            else if (reader.IsNull) writer.WriteNull();
            else writer.WriteEncoded(reader.Encoded);
        }

        writer.EndRow();
    }

    void AddStatement(ChangeBatch batch, in CanalEnvelope envelope, string database, string name, long time, long sequence)
    {
        CanalTable? latest = tables.Latest(database, name);
        TableSchema schema = latest?.Schema ?? UnknownColumns.Of(database, name);
        if (envelope.Type.Equals("TRUNCATE", StringComparison.OrdinalIgnoreCase))
        {
            pending.AddTruncate(batch, schema, time, sequence);
            return;
        }

        bool isGone = envelope.Type.Equals("ERASE", StringComparison.OrdinalIgnoreCase);
        pending.AddStatement(batch, schema, isGone, envelope.Sql, time, sequence);
        if (!isGone || latest is null) return;
        tables.Forget(database, name);
        ForgetGuess(latest);
    }
}
