using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>A table as the stream describes it.</summary>
/// <param name="Name">As <c>schema.table</c>.</param>
/// <param name="Schema">Its columns and key.</param>
/// <param name="IsIdentity">Which columns a row's identity has: what the stream says of a row before.</param>
public sealed record PostgreSqlRelation(string Name, TableSchema Schema, IReadOnlyList<bool> IsIdentity)
{
    /// <summary>Writes a row of the stream. What was not sent is missing, unless the row before has it.</summary>
    /// <param name="writer">Cleared first.</param>
    /// <param name="message">At the row's number of columns.</param>
    /// <param name="identityOnly">Whether columns outside of the identity are unknown instead of null.</param>
    /// <param name="before">The whole row before, from which columns that were not sent are taken; empty where it is not known.</param>
    public void WriteRow(RowWriter writer, ref PgOutputMessage message, bool identityOnly, ReadOnlySpan<byte> before)
    {
        int columns = message.Int16();
        if (columns != Schema.Columns.Count) throw PgOutputMessage.Damaged($"a row of {columns} columns for {Schema}, which has {Schema.Columns.Count}");
        PgOutputMessage ahead = message;
        bool partial = identityOnly;
        for (int column = 0; column < columns; column++) partial |= ahead.Value(out _) == 'u';
        var known = before.IsEmpty ? default : new RowReader(Schema, before);
        writer.Clear();
        writer.BeginRow(columns, partial);
        for (int column = 0; column < columns; column++)
        {
            if (!before.IsEmpty) known.Read();
            byte kind = message.Value(out ReadOnlySpan<byte> value);
            if (identityOnly && !IsIdentity[column]) writer.WriteMissing();
            else if (kind == 'n') writer.WriteNull();
            else if (kind == 't') WriteValue(writer, column, value);
            else if (before.IsEmpty || known.IsMissing) writer.WriteMissing();
            else if (known.IsNull) writer.WriteNull();
            else writer.WriteEncoded(known.Encoded);
        }

        writer.EndRow();
    }

    /// <exception cref="ChangeSourceException">The value cannot be carried.</exception>
    public void WriteValue(RowWriter writer, int column, ReadOnlySpan<byte> value)
    {
        if (PostgreSqlText.TryWrite(writer, Schema.Columns[column].Type, value)) return;
        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, 200)]);
        Column one = Schema.Columns[column];
        throw new ChangeSourceException(ChangeSourceFault.Value,
            $"Table {Name}, column '{one.Name}': '{text[..Math.Min(text.Length, 100)]}' cannot be carried as {one.Type} ({one.NativeType}). Name {Name}.{one.Name} in ColumnsAsText to carry it as text, and begin a new capture.");
    }
}
