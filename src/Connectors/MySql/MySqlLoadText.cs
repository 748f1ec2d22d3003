using System.Globalization;
using System.Text;
using MySql.Data.MySqlClient;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>
/// Cast rows as text for the server: lines for LOAD DATA (fields behind tabs, backslash escapes, <c>\N</c> for null; binary in hexadecimal, turned by UNHEX), or the
/// rows of an INSERT. Kept in one buffer that is used again. A few rows are an INSERT in any case: the driver sends a file's end as a packet of its own, which the
/// socket holds back until the server has acknowledged the one before, about 40 ms.
/// </summary>
sealed class MySqlLoadText
{
    /// <summary>Rows, and characters of a statement, that are few.</summary>
    const int FewRows = 100, FewCharacters = 1 << 20;

    readonly MySqlDialect dialect;
    readonly ColumnDefinition[] columns;
    readonly bool canLoad;
    readonly StringBuilder statement = new();
    byte[] buffer = new byte[1 << 16];
    int position;

    public MySqlLoadText(MySqlDialect dialect, IReadOnlyList<ColumnDefinition> columns, bool canLoad) => (this.dialect, this.columns, this.canLoad) = (dialect, [.. columns], canLoad);

    public int Rows { get; private set; }

    public long Bytes => canLoad ? position : statement.Length;

    /// <summary>Whether the rows are to be loaded; else they are a <see cref="Statement"/>.</summary>
    public bool IsLoad => canLoad && (Rows > FewRows || statement.Length > FewCharacters);

    public void Add(RowReader reader)
    {
        // As long as there are few it may become either.
        if (!canLoad || (Rows < FewRows && statement.Length <= FewCharacters)) AddRow(reader);
        if (canLoad) AddLine(reader);
        Rows++;
    }

    public void Clear()
    {
        position = 0;
        statement.Clear();
        Rows = 0;
    }

    /// <summary>Loads the lines. Answers how many rows the server took.</summary>
    public long Load(MySqlConnection connection, string target)
    {
        using var stream = new MemoryStream(buffer, 0, position, writable: false);
        var loader = new MySqlBulkLoader(connection)
        {
            TableName = target,
            Local = true,
            CharacterSet = "utf8mb4",
            FieldTerminator = "\t",
            LineTerminator = "\n",
            EscapeCharacter = '\\',
            FieldQuotationCharacter = '\0',
            Timeout = 0,
        };
        for (int index = 0; index < columns.Length; index++)
        {
            // A zero for a numbered column is kept only when it is assigned: read into the column, MariaDB numbers it in spite of NO_AUTO_VALUE_ON_ZERO.
            if (!IsHexadecimal(columns[index]) && !IsBit(columns[index]) && !columns[index].IsIdentity)
            {
                loader.Columns.Add(dialect.Quote(columns[index].Name));
                continue;
            }

            string variable = string.Create(CultureInfo.InvariantCulture, $"@v{index}");
            loader.Columns.Add(variable);
            string value = IsBit(columns[index]) ? $"CAST({variable} AS UNSIGNED)" : IsHexadecimal(columns[index]) ? $"UNHEX({variable})" : variable;
            loader.Expressions.Add($"{dialect.Quote(columns[index].Name)} = {value}");
        }

        return loader.Load(stream);
    }

    public string Statement(string target) => $"INSERT INTO {target} ({dialect.Names(columns.Select(column => column.Name))}) VALUES {statement}";

    void AddRow(RowReader reader)
    {
        statement.Append(Rows == 0 ? "(" : ",\n(");
        while (reader.Read())
        {
            if (reader.Index > 0) statement.Append(", ");
            statement.Append(reader.IsNull ? "NULL" : dialect.Literal(reader, columns[reader.Index]));
        }

        statement.Append(')');
    }

    void AddLine(RowReader reader)
    {
        while (reader.Read())
        {
            Ensure(64 + reader.Value.Length * 2);
            if (reader.Index > 0) buffer[position++] = (byte)'\t';
            if (reader.IsNull)
            {
                buffer[position++] = (byte)'\\';
                buffer[position++] = (byte)'N';
            }
            else
            {
                AddField(in reader);
            }
        }

        Ensure(1);
        buffer[position++] = (byte)'\n';
    }

    void AddField(in RowReader reader)
    {
        Span<byte> to = buffer.AsSpan(position);
        int written;
        switch (reader.Kind)
        {
            case ColumnKind.Boolean or ColumnKind.UInt8: reader.GetUInt8().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int8: reader.GetInt8().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int16: reader.GetInt16().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt16: reader.GetUInt16().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int32: reader.GetInt32().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt32: reader.GetUInt32().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Int64: reader.GetInt64().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.UInt64: reader.GetUInt64().TryFormat(to, out written, default, CultureInfo.InvariantCulture); break;
            case ColumnKind.Decimal: written = ExactDecimal.Format(reader.GetDecimal(), columns[reader.Index].Type.Scale, to); break;
            // As the double that it is: the shortest text of the largest float lies beyond it.
            case ColumnKind.Float32: ((double)reader.GetFloat32()).TryFormat(to, out written, "R", CultureInfo.InvariantCulture); break;
            case ColumnKind.Float64: reader.GetFloat64().TryFormat(to, out written, "R", CultureInfo.InvariantCulture); break;
            case ColumnKind.Date: written = TimeText.FormatDate(reader.GetDate(), to); break;
            case ColumnKind.Time: written = TimeText.FormatTime(reader.GetTime(), 6, to); break;
            case ColumnKind.Timestamp: written = TimeText.FormatTimestamp(reader.GetTimestamp(), 6, to); break;
            case ColumnKind.TimestampWithZone: written = TimeText.FormatTimestamp(reader.GetTimestampWithZone().UtcTicks, 6, to); break;
            case ColumnKind.Binary: Convert.TryToHexString(reader.Value, to, out written); break;
            case ColumnKind.Uuid: reader.GetUuid().TryFormat(to, out written, "D"); break;
            default: written = Escape(reader.Value, to); break;
        }

        position += written;
    }

    static int Escape(ReadOnlySpan<byte> text, Span<byte> to)
    {
        int written = 0;
        foreach (byte part in text)
        {
            byte escaped = part switch { (byte)'\\' => (byte)'\\', (byte)'\t' => (byte)'t', (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', 0 => (byte)'0', _ => 0 };
            if (escaped != 0)
            {
                to[written++] = (byte)'\\';
                to[written++] = escaped;
            }
            else
            {
                to[written++] = part;
            }
        }

        return written;
    }

    static bool IsHexadecimal(ColumnDefinition column) => column.Type.Kind == ColumnKind.Binary;

    static bool IsBit(ColumnDefinition column) => NativeType.Parse(column.NativeType).Name == "bit";

    void Ensure(int bytes)
    {
        if (buffer.Length - position < bytes) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, position + bytes));
    }
}
