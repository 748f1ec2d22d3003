namespace Orrery.Connectors.Rows;

/// <summary>
/// Values as objects, for paths where speed does not matter: bool, the integers, <see cref="ExactDecimal"/>, float, double, string (text and JSON), byte[],
/// <see cref="DateOnly"/>, <see cref="TimeSpan"/>, <see cref="DateTime"/> (unspecified), <see cref="DateTimeOffset"/>, <see cref="Guid"/>, null;
/// <see cref="CarriedDate"/> where a date or timestamp has zero parts; <see cref="Missing"/>.
/// </summary>
public static class RowValues
{
    static readonly DateTime Epoch = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>Stands for a column of which the source did not say what it holds.</summary>
    public static object Missing { get; } = new MissingValue();

    public static object? Get(in RowReader reader)
    {
        if (reader.IsMissing) return Missing;
        if (reader.IsNull) return null;
        return reader.Kind switch
        {
            ColumnKind.Boolean => reader.GetBoolean(),
            ColumnKind.Int8 => reader.GetInt8(),
            ColumnKind.Int16 => reader.GetInt16(),
            ColumnKind.Int32 => reader.GetInt32(),
            ColumnKind.Int64 => reader.GetInt64(),
            ColumnKind.UInt8 => reader.GetUInt8(),
            ColumnKind.UInt16 => reader.GetUInt16(),
            ColumnKind.UInt32 => reader.GetUInt32(),
            ColumnKind.UInt64 => reader.GetUInt64(),
            ColumnKind.Decimal => new ExactDecimal(reader.GetDecimal(), reader.Column.Type.Scale),
            ColumnKind.Float32 => reader.GetFloat32(),
            ColumnKind.Float64 => reader.GetFloat64(),
            ColumnKind.Text or ColumnKind.Json => reader.GetText(),
            ColumnKind.Binary => reader.Value.ToArray(),
            ColumnKind.Date => ZeroDates.IsZero(reader.GetDate()) ? new CarriedDate(reader.GetDate(), null) : DateOnly.FromDayNumber(reader.GetDate() + ZeroDates.Epoch),
            ColumnKind.Time => new TimeSpan(reader.GetTime()),
            ColumnKind.Timestamp => ZeroDates.IsZero(reader.GetTimestamp()) ? CarriedDate.Of(reader.GetTimestamp()) : Epoch.AddTicks(reader.GetTimestamp()),
            ColumnKind.TimestampWithZone => ZeroDates.IsZero(reader.GetTimestampWithZone().UtcTicks) ? CarriedDate.Of(reader.GetTimestampWithZone().UtcTicks) : Instant(reader.GetTimestampWithZone()),
            ColumnKind.Uuid => reader.GetUuid(),
            _ => throw new RowFormatException($"Column '{reader.Column.Name}' has no known kind."),
        };
    }

    /// <summary>Writes what <see cref="Get"/> gives.</summary>
    /// <exception cref="ValueRangeException">The object is not one of the column's kind, or its decimal's scale is another.</exception>
    public static void Write(RowWriter writer, Column column, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNull(); break;
            case MissingValue: writer.WriteMissing(); break;
            case bool boolean when column.Type.Kind == ColumnKind.Boolean: writer.WriteBoolean(boolean); break;
            case sbyte number when column.Type.Kind == ColumnKind.Int8: writer.WriteInt8(number); break;
            case short number when column.Type.Kind == ColumnKind.Int16: writer.WriteInt16(number); break;
            case int number when column.Type.Kind == ColumnKind.Int32: writer.WriteInt32(number); break;
            case long number when column.Type.Kind == ColumnKind.Int64: writer.WriteInt64(number); break;
            case byte number when column.Type.Kind == ColumnKind.UInt8: writer.WriteUInt8(number); break;
            case ushort number when column.Type.Kind == ColumnKind.UInt16: writer.WriteUInt16(number); break;
            case uint number when column.Type.Kind == ColumnKind.UInt32: writer.WriteUInt32(number); break;
            case ulong number when column.Type.Kind == ColumnKind.UInt64: writer.WriteUInt64(number); break;
            case ExactDecimal number when column.Type.Kind == ColumnKind.Decimal && number.Scale == column.Type.Scale: writer.WriteDecimal(number.Unscaled); break;
            case float number when column.Type.Kind == ColumnKind.Float32: writer.WriteFloat32(number); break;
            case double number when column.Type.Kind == ColumnKind.Float64: writer.WriteFloat64(number); break;
            case string text when column.Type.Kind is ColumnKind.Text or ColumnKind.Json: writer.WriteText(text); break;
            case byte[] bytes when column.Type.Kind == ColumnKind.Binary: writer.WriteBytes(bytes); break;
            case DateOnly date when column.Type.Kind == ColumnKind.Date: writer.WriteDate(date.DayNumber - ZeroDates.Epoch); break;
            case CarriedDate { TimeTicks: null } date when column.Type.Kind == ColumnKind.Date: writer.WriteDate(date.Days); break;
            case TimeSpan time when column.Type.Kind == ColumnKind.Time: writer.WriteTime(time.Ticks); break;
            case DateTime time when column.Type.Kind == ColumnKind.Timestamp: writer.WriteTimestamp(time.Ticks - Epoch.Ticks); break;
            case CarriedDate { TimeTicks: { } ticks } date when column.Type.Kind == ColumnKind.Timestamp: writer.WriteTimestamp(ZeroDates.Ticks(date.Days, ticks)); break;
            case DateTimeOffset instant when column.Type.Kind == ColumnKind.TimestampWithZone: writer.WriteTimestampWithZone(instant.UtcTicks - Epoch.Ticks, (short)instant.Offset.TotalMinutes); break;
            case Guid uuid when column.Type.Kind == ColumnKind.Uuid: writer.WriteUuid(uuid); break;
            default: throw new ValueRangeException($"Column '{column.Name}' is {column.Type} and cannot carry a {value.GetType().Name}{(value is ExactDecimal other ? $" of scale {other.Scale}" : "")}.");
        }
    }

    /// <summary>All values of a row.</summary>
    public static object?[] ReadAll(TableSchema schema, ReadOnlySpan<byte> row)
    {
        var values = new object?[schema.Columns.Count];
        var reader = new RowReader(schema, row);
        while (reader.Read()) values[reader.Index] = Get(reader);
        return values;
    }

    /// <summary>A row of values.</summary>
    public static void WriteRow(RowWriter writer, TableSchema schema, IReadOnlyList<object?> values)
    {
        writer.BeginRow(schema.Columns.Count, values.Contains(Missing));
        for (int index = 0; index < schema.Columns.Count; index++) Write(writer, schema.Columns[index], values[index]);
        writer.EndRow();
    }

    static DateTimeOffset Instant((long UtcTicks, short OffsetMinutes) stored)
    {
        var offset = TimeSpan.FromMinutes(stored.OffsetMinutes);
        return new DateTimeOffset(stored.UtcTicks + Epoch.Ticks + offset.Ticks, offset);
    }

    sealed class MissingValue
    {
        public override string ToString() => "(missing)";
    }
}

/// <summary>A date with zero parts, with the time of its day where it is a timestamp.</summary>
public sealed record CarriedDate(int Days, long? TimeTicks)
{
    internal static CarriedDate Of(long ticks)
    {
        (int days, long time) = ZeroDates.Split(ticks);
        return new CarriedDate(days, time);
    }

    public override string ToString()
    {
        (int year, int month, int day) = ZeroDates.Parts(Days);
        return $"{year:D4}-{month:D2}-{day:D2}{(TimeTicks is { } ticks ? $" {new TimeSpan(ticks):c}" : "")}";
    }
}
