using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

// The quick way: a scanner over the message's bytes that expects the order in which canal writes its fields, and the columns in the order of the table's last
// message. Whatever differs (other order, other types, unlogged columns, a value that does not fit) makes it give up: what it wrote is taken back, and the general
// reader reads the message, or says what is wrong with it. It accepts nothing that the general reader refuses.
public sealed partial class CanalReader
{
    /// <summary>Where a string's plain run ends: its closing quote, an escape, or a character that JSON forbids.</summary>
    static readonly SearchValues<byte> Stops = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>Bytes at the message's end within which its table's name is looked for.</summary>
    const int TailBytes = 512;

    readonly Dictionary<ulong, CanalTable> guesses = [];
    readonly RowWriter afterRows = new(1 << 16);
    int[] rowStarts = new int[64], columnEnds = new int[64];
    CanalTable? lastTable, lastTouched;

    bool TryReadFast(in ChangeMessage message, ChangeBatch batch)
    {
        ReadOnlySpan<byte> text = message.Value;
        if (!text.StartsWith("{\"data\":[{"u8)) return false;
        ChangeKind kind = text.EndsWith("\"INSERT\"}"u8) ? ChangeKind.Insert : text.EndsWith("\"UPDATE\"}"u8) ? ChangeKind.Update : text.EndsWith("\"DELETE\"}"u8) ? ChangeKind.Delete : default;
        if (kind == default || Guess(text) is not { } table) return false;
        bool isUpdate = kind == ChangeKind.Update;
        int position = 9, rows = 0, columns = table.Types.Length;
        if (isUpdate) afterRows.Clear();
        RowWriter writer = isUpdate ? afterRows : batch.Bytes;
        while (true)
        {
            if (rows == options.RowsMax || (uint)position >= (uint)text.Length || text[position] != '{') return false;
            int valueStart = writer.Position;
            if (isUpdate) MakeRoom(rows, columns);
            else ChangeWriter.BeginChange(writer, kind, table.Schema.Fingerprint, message.Sequence, rows);
            int rowStart = writer.Position;
            Span<int> ends = isUpdate ? columnEnds.AsSpan(rows * columns, columns) : columnEnds.AsSpan(0, columns);
            position = ReadRow(text, position + 1, table, writer, ends);
            if (position < 0) return false;
            if (isUpdate)
            {
                rowStarts[rows] = rowStart;
            }
            else
            {
                int keyStart = writer.Position;
                AppendKey(writer, writer.Written, table, rowStart, keyStart, ends);
                // Schema and time are put in at the end, when it is sure that they are right.
                pending.Add(new ChangeEntry(kind, -1, 0, message.Sequence, keyStart, writer.Position - keyStart, valueStart, keyStart - valueStart));
            }

            rows++;
            if ((uint)position >= (uint)text.Length) return false;
            if (text[position] != ',') break;
            position++;
        }

        // Behind the rows: the fields that describe them.
        if (!Pass(text, ref position, table.AfterData) || !PassNumber(text, ref position, out long es)) return false;
        if (text[position..].StartsWith(",\"gtid\":\""u8))
        {
            position += 9;
            int end = text[position..].IndexOfAny(Stops);
            if (end < 0 || text[position + end] != '"') return false;
            position += end + 1;
        }

        if (!Pass(text, ref position, ",\"id\":"u8) || !PassNumber(text, ref position, out _) || !Pass(text, ref position, table.BeforeOld)) return false;
        if (isUpdate)
        {
            if (!Pass(text, ref position, "["u8)) return false;
            for (int row = 0; row < rows; row++)
            {
                if (row > 0 && !Pass(text, ref position, ","u8)) return false;
                position = ReadOld(text, position, table, batch, row, columns, message.Sequence);
                if (position < 0) return false;
            }

            if (!Pass(text, ref position, "]"u8)) return false;
        }
        else if (!Pass(text, ref position, "null"u8))
        {
            return false;
        }

        if (!Pass(text, ref position, table.AfterOld) || !PassTypes(text, ref position, table) || !Pass(text, ref position, table.AfterTypes) || !PassNumber(text, ref position, out long ts)) return false;
        if (text.Length - position != 17 || !text[position..].StartsWith(",\"type\":\""u8)) return false;
        if (!ReferenceEquals(table, lastTouched))
        {
            tables.Touch(table);
            lastTouched = table;
        }

        pending.SetSource(batch.IndexOf(table.Schema), es > 0 ? es : ts > 0 ? ts : message.TimestampMilliseconds);
        return true;
    }

    /// <summary>The table that the message is most likely of, by its name near the message's end, and by its database where several have a table of that name.</summary>
    CanalTable? Guess(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> name = text[Math.Max(0, text.Length - TailBytes)..];
        int at = name.LastIndexOf(",\"table\":\""u8);
        if (at < 0) return null;
        name = name[(at + 10)..];
        int quote = name.IndexOf((byte)'"');
        if (quote < 0) return null;
        name = name[..quote];
        if (lastTable is { IsShared: false } last && name.SequenceEqual(last.Table)) return last;
        if (!guesses.TryGetValue(HashOf([], name), out CanalTable? table) || !table.IsShared) return lastTable = table;
        int data = text.LastIndexOf("],\"database\":\""u8);
        if (data < 0) return null;
        ReadOnlySpan<byte> database = text[(data + 14)..];
        quote = database.IndexOf((byte)'"');
        if (quote < 0) return null;
        database = database[..quote];
        if (lastTable is { } shared && name.SequenceEqual(shared.Table) && database.SequenceEqual(shared.Database)) return shared;
        return lastTable = guesses.GetValueOrDefault(HashOf(database, name));
    }

    void RememberGuess(CanalTable table)
    {
        if (guesses.Count >= 2L * options.SchemasMax) guesses.Clear();
        ref CanalTable? named = ref CollectionsMarshal.GetValueRefOrAddDefault(guesses, HashOf([], table.Table), out _);
        if (named is not null && (named.IsShared || !named.Database.AsSpan().SequenceEqual(table.Database))) named.IsShared = table.IsShared = true;
        named = table;
        guesses[HashOf(table.Database, table.Table)] = lastTable = table;
    }

    /// <summary>What the general reader knows of a table has changed: an older guess must not be taken any more.</summary>
    void ForgetGuess(CanalTable table)
    {
        lastTable = null;
        guesses.Remove(HashOf([], table.Table));
        guesses.Remove(HashOf(table.Database, table.Table));
    }

    /// <summary>Reads a row's columns; answers the position behind its brace, or -1.</summary>
    static int ReadRow(ReadOnlySpan<byte> text, int position, CanalTable table, RowWriter writer, Span<int> ends)
    {
        ReadOnlySpan<KeyProbe> probes = table.Probes;
        ReadOnlySpan<ColumnType> types = table.Types;
        writer.BeginRow(types.Length);
        for (int column = 0; column < types.Length; column++)
        {
            if (column > 0 && text[position++] != ',') return -1;
            ref readonly KeyProbe probe = ref probes[column];
            if (!probe.IsAt(text, position)) return -1;
            position = ReadValue(text, position + probe.Length, types[column], writer);
            if ((uint)position >= (uint)text.Length) return -1;
            ends[column] = writer.Position;
        }

        return (uint)position < (uint)text.Length && text[position] == '}' ? position + 1 : -1;
    }

    /// <summary>Reads a string or null into the row; answers the position behind it, or -1.</summary>
    static int ReadValue(ReadOnlySpan<byte> text, int position, in ColumnType type, RowWriter writer)
    {
        if ((uint)position >= (uint)text.Length) return -1;
        if (text[position] != '"')
        {
            if (!text[position..].StartsWith("null"u8)) return -1;
            writer.WriteNull();
            return position + 4;
        }

        if (++position >= text.Length) return -1;
        switch (type.Kind)
        {
            case ColumnKind.Int64 or ColumnKind.Int32 or ColumnKind.Int16 or ColumnKind.Int8: return ReadInteger(text, position, type, writer);
            case ColumnKind.Decimal: return ReadDecimal(text, position, type, writer);
            case ColumnKind.Timestamp when text.Length - position > 19 && text[position + 19] == '"':
                if (!ValueText.TryTimestamp(text.Slice(position, 19), out long ticks)) return -1;
                writer.WriteTimestamp(ticks);
                return position + 20;
            default: return ReadOther(text, position, type, writer);
        }
    }

    static int ReadInteger(ReadOnlySpan<byte> text, int position, in ColumnType type, RowWriter writer)
    {
        bool negative = text[position] == '-';
        int start = negative ? position + 1 : position, digits = DigitRun.Sixteen(text, start, out ulong magnitude), end = start + digits;
        if (digits <= 0 || text[end] != '"') return ReadOther(text, position, type, writer);
        long value = negative ? -(long)magnitude : (long)magnitude;
        switch (type.Kind)
        {
            case ColumnKind.Int64: writer.WriteInt64(value); break;
            case ColumnKind.Int32 when value == (int)value: writer.WriteInt32((int)value); break;
            case ColumnKind.Int16 when value == (short)value: writer.WriteInt16((short)value); break;
            case ColumnKind.Int8 when value == (sbyte)value: writer.WriteInt8((sbyte)value); break;
            default: return -1;
        }

        return end + 1;
    }

    static int ReadDecimal(ReadOnlySpan<byte> text, int position, in ColumnType type, RowWriter writer)
    {
        bool negative = text[position] == '-';
        int start = negative ? position + 1 : position, scale = type.Scale;
        int whole = DigitRun.Sixteen(text, start, out ulong value), end = start + whole;
        if (whole is < 1 or > 10 || (uint)(scale - 1) > 6 || text[end] != '.' || text.Length - end < 10) return ReadOther(text, position, type, writer);
        int behind = DigitRun.Eight(text, end + 1, out ulong fraction);
        end += 1 + behind;
        if (behind != scale || text[end] != '"') return ReadOther(text, position, type, writer);
        value = value * DigitRun.Powers[scale] + fraction;
        writer.WriteDecimal(negative ? -(long)value : (long)value);
        return end + 1;
    }

    /// <summary>Reads any string into the row; answers the position behind its quote, or -1.</summary>
    static int ReadOther(ReadOnlySpan<byte> text, int position, in ColumnType type, RowWriter writer)
    {
        int length = text[position..].IndexOfAny(Stops);
        if (length < 0) return -1;
        if (text[position + length] == '"') return ValueText.TryWrite(writer, type, text.Slice(position, length)) ? position + length + 1 : -1;
        return text[position + length] == '\\' ? ReadEscaped(text, position, length, type, writer) : -1;
    }

    static int ReadEscaped(ReadOnlySpan<byte> text, int position, int length, in ColumnType type, RowWriter writer)
    {
        while (text[position + length] == '\\')
        {
            length += 2;
            if (position + length >= text.Length) return -1;
            int run = text[(position + length)..].IndexOfAny(Stops);
            if (run < 0) return -1;
            length += run;
        }

        if (text[position + length] != '"') return -1;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var json = new Utf8JsonReader(text.Slice(position - 1, length + 2));
            json.Read();
            return ValueText.TryWrite(writer, type, rented.AsSpan(0, json.CopyString(rented))) ? position + length + 1 : -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads an element of <c>old</c> and writes the whole update: row after, row before, key.</summary>
    int ReadOld(ReadOnlySpan<byte> text, int position, CanalTable table, ChangeBatch batch, int row, int columns, long sequence)
    {
        if (!Pass(text, ref position, "{"u8)) return -1;
        RowWriter writer = batch.Bytes;
        ReadOnlySpan<byte> rows = afterRows.Written;
        ReadOnlySpan<int> ends = columnEnds.AsSpan(row * columns, columns);
        int start = rowStarts[row], header = 1 + ((columns + 7) >> 3), valueStart = writer.Position;
        ChangeWriter.BeginChange(writer, ChangeKind.Update, table.Schema.Fingerprint, sequence, row);
        writer.AppendVarint((uint)(ends[^1] - start));
        writer.Append(rows[start..ends[^1]]);
        writer.BeginRow(columns);
        int next = 0;
        bool any = false;
        while (true)
        {
            if ((uint)position >= (uint)text.Length) return -1;
            int found = columns;
            if (text[position] == '}')
            {
                position++;
            }
            else
            {
                if (any && text[position++] != ',') return -1;
                any = true;
                for (found = next; found < columns && !table.Probes[found].IsAt(text, position); found++) { }
                if (found == columns) return -1;
            }

            for (; next < found; next++)
            {
                ReadOnlySpan<byte> unchanged = rows[(next == 0 ? start + header : ends[next - 1])..ends[next]];
                if (unchanged.IsEmpty) writer.WriteNull();
                else writer.WriteEncoded(unchanged);
            }

            if (found == columns) break;
            position = ReadValue(text, position + table.Probes[found].Length, table.Types[found], writer);
            if (position < 0) return -1;
            next++;
        }

        int keyStart = writer.Position;
        AppendKey(writer, rows, table, start, ends[^1], ends);
        pending.Add(new ChangeEntry(ChangeKind.Update, -1, 0, sequence, keyStart, writer.Position - keyStart, valueStart, keyStart - valueStart));
        return position;
    }

    /// <summary>The key's columns as a row of their own, copied from a row that was just written; the whole row where the table has no key.</summary>
    static void AppendKey(RowWriter writer, ReadOnlySpan<byte> rows, CanalTable table, int rowStart, int rowEnd, ReadOnlySpan<int> ends)
    {
        int[] keys = table.Keys;
        if (keys.Length == 0)
        {
            writer.Append(rows[rowStart..rowEnd]);
            return;
        }

        int header = 1 + ((table.Types.Length + 7) >> 3);
        writer.BeginRow(keys.Length);
        foreach (int key in keys)
        {
            ReadOnlySpan<byte> value = rows[(key == 0 ? rowStart + header : ends[key - 1])..ends[key]];
            if (value.IsEmpty) writer.WriteNull();
            else writer.WriteEncoded(value);
        }
    }

    static bool Pass(ReadOnlySpan<byte> text, ref int position, ReadOnlySpan<byte> expected)
    {
        if (!text[position..].StartsWith(expected)) return false;
        position += expected.Length;
        return true;
    }

    static bool PassNumber(ReadOnlySpan<byte> text, ref int position, out long number)
    {
        int start = position;
        number = 0;
        while ((uint)position < (uint)text.Length && (uint)(text[position] - '0') <= 9 && position - start < 18) number = number * 10 + (text[position++] - '0');
        return position > start && (position == start + 1 || text[start] != '0');
    }

    /// <summary>Passes <c>sqlType</c>, whose codes vary with the values. Only its form matters here.</summary>
    static bool PassTypes(ReadOnlySpan<byte> text, ref int position, CanalTable table)
    {
        if (table.LastSqlType.Length > 0 && Pass(text, ref position, table.LastSqlType)) return true;
        var json = new Utf8JsonReader(text[position..], isFinalBlock: false, default);
        if (!json.Read() || json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null) || !json.TrySkip()) return false;
        table.LastSqlType = text.Slice(position, (int)json.BytesConsumed).ToArray();
        position += (int)json.BytesConsumed;
        return true;
    }

    void MakeRoom(int rows, int columns)
    {
        if (rows >= rowStarts.Length) Array.Resize(ref rowStarts, rowStarts.Length * 2);
        if ((rows + 1) * columns > columnEnds.Length) Array.Resize(ref columnEnds, Math.Max((rows + 1) * columns, columnEnds.Length * 2));
    }

    static ulong HashOf(ReadOnlySpan<byte> database, ReadOnlySpan<byte> table)
    {
        ulong hash = 14695981039346656037;
        foreach (byte part in database) hash = (hash ^ part) * 1099511628211;
        hash = (hash ^ 0) * 1099511628211;
        foreach (byte part in table) hash = (hash ^ part) * 1099511628211;
        return hash;
    }
}
