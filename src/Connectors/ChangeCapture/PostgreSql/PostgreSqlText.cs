using Orrery.Connectors.ChangeCapture.Messages;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>Reads values from the text that PostgreSQL's types write (ISO dates, UTC, hex bytea) into a row, exactly or not at all.</summary>
static class PostgreSqlText
{
    /// <summary>False where the value is none that the type can carry: infinity, NaN of a numeric, more digits than it has, a year before 1.</summary>
    public static bool TryWrite(RowWriter writer, in ColumnType type, ReadOnlySpan<byte> text)
    {
        switch (type.Kind)
        {
            case ColumnKind.Boolean:
                if (text.Length != 1 || text[0] is not ((byte)'t' or (byte)'f')) return false;
                writer.WriteBoolean(text[0] == 't');
                return true;
            case ColumnKind.Binary: return TryHex(writer, text);
            // A date or time that MySQL would carry with zero parts does not occur; its form must not be taken for one.
            default: return ValueText.TryWrite(writer, type, text);
        }
    }

    static bool TryHex(RowWriter writer, ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("\\x"u8)) return false;
        Span<byte> room = writer.BeginBytes(text.Length / 2);
        if (Convert.FromHexString(text[2..], room, out int consumed, out int written) != System.Buffers.OperationStatus.Done || consumed != text.Length - 2) return false;
        writer.EndBytes(written);
        return true;
    }
}
