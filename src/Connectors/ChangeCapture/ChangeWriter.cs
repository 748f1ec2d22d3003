using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture;

/// <summary>
/// Compact changes, as topics of Orrery hold them:
/// <code>
/// version (1), kind, schema fingerprint (8), sequence (8), row number within its event (varint), then
///   insert, read: the row after;  delete: the row before
///   update: length of the row after (varint), the row after, the row before (partial where the source logs no more)
///   schema: length (varint) and text of the statement;  truncate, marker: nothing
/// </code>
/// </summary>
public static class ChangeWriter
{
    public const byte Version = 1;

    /// <summary>Writes what stands before the rows. After it the row or rows follow: an update's with <see cref="AppendUpdateRows"/>.</summary>
    public static void BeginChange(RowWriter bytes, ChangeKind kind, ulong fingerprint, long sequence, int row)
    {
        bytes.AppendByte(Version);
        bytes.AppendByte((byte)kind);
        bytes.AppendUInt64(fingerprint);
        bytes.AppendUInt64(unchecked((ulong)sequence));
        bytes.AppendVarint((uint)row);
    }

    /// <summary>Both rows of an update, encoded before.</summary>
    public static void AppendUpdateRows(RowWriter bytes, ReadOnlySpan<byte> after, ReadOnlySpan<byte> before)
    {
        bytes.AppendVarint((uint)after.Length);
        bytes.Append(after);
        bytes.Append(before);
    }

    /// <summary>A statement that changed a table's definition.</summary>
    public static void AppendStatement(RowWriter bytes, string statement)
    {
        byte[] text = Encoding.UTF8.GetBytes(statement);
        bytes.AppendVarint((uint)text.Length);
        bytes.Append(text);
    }

    /// <summary>Writes a row's key: its key columns as a row of their own, in the key's order; the whole row where the table has no key.</summary>
    /// <exception cref="RowFormatException">A key column is missing from the row.</exception>
    public static void WriteKey(RowWriter bytes, TableSchema schema, ReadOnlySpan<byte> row)
    {
        IReadOnlyList<int> keys = schema.KeyColumns;
        if (keys.Count == 0)
        {
            bytes.Append(row);
            return;
        }

        bytes.BeginRow(keys.Count);
        for (int key = 0; key < keys.Count; key++)
        {
            var reader = new RowReader(schema, row);
            while (reader.Index != keys[key] && reader.Read()) { }
            if (reader.IsMissing) throw new RowFormatException($"Key column '{reader.Column.Name}' of {schema} is missing from a row.");
            if (reader.IsNull) bytes.WriteNull();
            else bytes.WriteEncoded(reader.Encoded);
        }

        bytes.EndRow();
    }
}
