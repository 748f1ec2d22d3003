using System.Globalization;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Values as canal writes them: each a string.</summary>
static class CanalValue
{
    static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static string Text(in RowReader value) => value.Kind switch
    {
        ColumnKind.Boolean => value.GetBoolean() ? "1" : "0",
        ColumnKind.Int8 => value.GetInt8().ToString(Plain),
        ColumnKind.Int16 => value.GetInt16().ToString(Plain),
        ColumnKind.Int32 => value.GetInt32().ToString(Plain),
        ColumnKind.Int64 => value.GetInt64().ToString(Plain),
        ColumnKind.UInt8 => value.GetUInt8().ToString(Plain),
        ColumnKind.UInt16 => value.GetUInt16().ToString(Plain),
        ColumnKind.UInt32 => value.GetUInt32().ToString(Plain),
        ColumnKind.UInt64 => value.GetUInt64().ToString(Plain),
        ColumnKind.Decimal => Number(value),
        ColumnKind.Float32 => JavaNumbers.Format(value.GetFloat32()),
        ColumnKind.Float64 => JavaNumbers.Format(value.GetFloat64()),
        ColumnKind.Text or ColumnKind.Json => value.GetText(),
        ColumnKind.Binary => Encoding.Latin1.GetString(value.Value),
        ColumnKind.Date => Date(value.GetDate()),
        ColumnKind.Time => Time(value.GetTime(), value.Column.Type.Precision),
        ColumnKind.Timestamp => Timestamp(value.GetTimestamp(), value.Column.Type.Precision),
        ColumnKind.TimestampWithZone => Instant(value),
        ColumnKind.Uuid => value.GetUuid().ToString("D"),
        _ => throw new RowFormatException($"Column '{value.Column.Name}' has no known kind."),
    };

    static string Number(in RowReader value)
    {
        string text = new ExactDecimal(value.GetDecimal(), value.Column.Type.Scale).ToString();
        bool isScaled = value.Column.NativeType.Length == 0 || MySqlTypeText.SaysScale(value.Column.NativeType);
        return isScaled ? text : text.TrimEnd('0').TrimEnd('.');
    }

    static string Date(int days)
    {
        (int year, int month, int day) = ZeroDates.Parts(days);
        return string.Create(Plain, $"{year:D4}-{month:D2}-{day:D2}");
    }

    static string Timestamp(long ticks, int precision)
    {
        (int days, long time) = ZeroDates.Split(ticks);
        return $"{Date(days)} {Time(time, precision)}";
    }

    static string Time(long ticks, int precision)
    {
        string sign = ticks < 0 ? "-" : "";
        ulong left = (ulong)Math.Abs(ticks);
        ulong seconds = left / TimeSpan.TicksPerSecond, fraction = left % TimeSpan.TicksPerSecond;
        string text = string.Create(Plain, $"{sign}{seconds / 3600:D2}:{seconds / 60 % 60:D2}:{seconds % 60:D2}");
        string digits = fraction.ToString("D7", Plain);
        // As many digits as the column has; more where a source that is finer than its type says needs them.
        int length = Math.Max(Math.Clamp(precision, 0, 7), digits.TrimEnd('0').Length);
        return length == 0 ? text : $"{text}.{digits[..length]}";
    }

    static string Instant(in RowReader value)
    {
        (long utcTicks, short offset) = value.GetTimestampWithZone();
        string zone = offset == 0 ? "Z" : string.Create(Plain, $"{(offset < 0 ? '-' : '+')}{Math.Abs(offset) / 60:D2}:{Math.Abs(offset) % 60:D2}");
        return Timestamp(utcTicks + offset * TimeSpan.TicksPerMinute, value.Column.Type.Precision).Replace(' ', 'T') + zone;
    }
}
