using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Unicode;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Reads values from their UTF-8 text, as MySQL's world writes them, straight into a row. A value that does not fit its type exactly is refused.</summary>
static class ValueText
{
    const long SecondTicks = TimeSpan.TicksPerSecond;

    /// <summary>Writes a value; false, with nothing written, where the text is none of the type.</summary>
    public static bool TryWrite(RowWriter writer, in ColumnType type, ReadOnlySpan<byte> text)
    {
        switch (type.Kind)
        {
            case ColumnKind.Int64:
                if (!TryLong(text, out long int64)) return false;
                writer.WriteInt64(int64);
                return true;
            case ColumnKind.Int32:
                if (!TryLong(text, out long int32) || int32 != (int)int32) return false;
                writer.WriteInt32((int)int32);
                return true;
            case ColumnKind.Text:
                if (!Utf8.IsValid(text)) return false;
                writer.WriteBytes(text);
                return true;
            case ColumnKind.Decimal:
                if (!TryDecimal(text, type.Scale, out Int128 unscaled)) return false;
                writer.WriteDecimal(unscaled);
                return true;
            case ColumnKind.Timestamp:
                if (!TryTimestamp(text, out long timestamp)) return false;
                writer.WriteTimestamp(timestamp);
                return true;
            case ColumnKind.Int8:
                if (!TryLong(text, out long int8) || int8 != (sbyte)int8) return false;
                writer.WriteInt8((sbyte)int8);
                return true;
            case ColumnKind.Int16:
                if (!TryLong(text, out long int16) || int16 != (short)int16) return false;
                writer.WriteInt16((short)int16);
                return true;
            case ColumnKind.UInt8:
                if (!TryLong(text, out long uint8) || uint8 != (byte)uint8) return false;
                writer.WriteUInt8((byte)uint8);
                return true;
            case ColumnKind.UInt16:
                if (!TryLong(text, out long uint16) || uint16 != (ushort)uint16) return false;
                writer.WriteUInt16((ushort)uint16);
                return true;
            case ColumnKind.UInt32:
                if (!TryLong(text, out long uint32) || uint32 != (uint)uint32) return false;
                writer.WriteUInt32((uint)uint32);
                return true;
            case ColumnKind.UInt64:
                if (!Utf8Parser.TryParse(text, out ulong uint64, out int uint64Bytes) || uint64Bytes != text.Length) return false;
                writer.WriteUInt64(uint64);
                return true;
            case ColumnKind.Date:
                if (!TryDate(text, out int days)) return false;
                writer.WriteDate(days);
                return true;
            case ColumnKind.Time:
                if (!TryTime(text, out long ticks)) return false;
                writer.WriteTime(ticks);
                return true;
            default: return TryWriteRare(writer, type, text);
        }
    }

    static bool TryWriteRare(RowWriter writer, in ColumnType type, ReadOnlySpan<byte> text)
    {
        switch (type.Kind)
        {
            case ColumnKind.Boolean:
                if (text.SequenceEqual("1"u8) || text.SequenceEqual("true"u8)) writer.WriteBoolean(true);
                else if (text.SequenceEqual("0"u8) || text.SequenceEqual("false"u8)) writer.WriteBoolean(false);
                else return false;
                return true;
            case ColumnKind.Float32:
                if (!TryFloat32(text, out float float32)) return false;
                writer.WriteFloat32(float32);
                return true;
            case ColumnKind.Float64:
                if (!TryFloat64(text, out double float64)) return false;
                writer.WriteFloat64(float64);
                return true;
            case ColumnKind.Json:
                if (!Utf8.IsValid(text)) return false;
                writer.WriteBytes(text);
                return true;
            case ColumnKind.Binary: return TryWriteLatin(writer, text);
            case ColumnKind.Uuid:
                if (!Utf8Parser.TryParse(text, out Guid uuid, out int uuidBytes, 'D') || uuidBytes != text.Length) return false;
                writer.WriteUuid(uuid);
                return true;
            case ColumnKind.TimestampWithZone:
                if (!TryTimestampWithZone(text, out long utcTicks, out short offsetMinutes)) return false;
                writer.WriteTimestampWithZone(utcTicks, offsetMinutes);
                return true;
            default: return false;
        }
    }

    /// <summary>Up to 19 digits with an optional sign, without overflow.</summary>
    public static bool TryLong(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        int position = text.Length > 0 && text[0] == '-' ? 1 : 0;
        if ((uint)(text.Length - position - 1) > 17) return Utf8Parser.TryParse(text, out value, out int consumed) && consumed == text.Length && text.Length > 0;
        long magnitude = 0;
        for (int index = position; index < text.Length; index++)
        {
            uint digit = (uint)(text[index] - '0');
            if (digit > 9) return false;
            magnitude = magnitude * 10 + digit;
        }

        value = position == 1 ? -magnitude : magnitude;
        return true;
    }

    /// <summary>A plain number with up to 18 digits quickly, everything else by <see cref="ExactDecimal.TryParse"/>.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> text, int scale, out Int128 unscaled)
    {
        unscaled = 0;
        int start = text.Length > 0 && text[0] == '-' ? 1 : 0, point = -1;
        if ((uint)(text.Length - start - 1) <= 17)
        {
            long magnitude = 0;
            for (int index = start; index < text.Length; index++)
            {
                uint digit = (uint)(text[index] - '0');
                if (digit <= 9) magnitude = magnitude * 10 + digit;
                else if (text[index] == '.' && point < 0) point = index;
                else return ExactDecimal.TryParse(text, scale, out unscaled);
            }

            int behind = point < 0 ? 0 : text.Length - point - 1;
            if (behind == scale && (point < 0 || text.Length > start + 1))
            {
                unscaled = start == 1 ? -magnitude : magnitude;
                return true;
            }
        }

        return ExactDecimal.TryParse(text, scale, out unscaled);
    }

    public static bool TryFloat32(ReadOnlySpan<byte> text, out float value)
    {
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return false;
        return float.IsFinite(value) || text.Length > 0 && text[^1] is (byte)'N' or (byte)'y';
    }

    public static bool TryFloat64(ReadOnlySpan<byte> text, out double value)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)) return false;
        return double.IsFinite(value) || text.Length > 0 && text[^1] is (byte)'N' or (byte)'y';
    }

    /// <summary><c>2024-02-29</c>, zero parts included.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        int century = Pair(text, 0), year = Pair(text, 2), month = Pair(text, 5), day = Pair(text, 8);
        if ((century | year | month | day) < 0 || month > 12 || day > 31) return false;
        days = ZeroDates.Days(century * 100 + year, month, day);
        return true;
    }

    /// <summary><c>2024-02-29 23:59:59.123456</c>; the parts may be parted by a T.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 19 || text[10] is not ((byte)' ' or (byte)'T')) return false;
        // Eight characters at a time: digits become 0 to 9, the right separators 0, anything else more.
        ulong date = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ 0x2D30302D30303030;
        ulong time = BinaryPrimitives.ReadUInt64LittleEndian(text[11..]) ^ 0x30303A30303A3030;
        uint day = (uint)(text[8] - '0') * 10 + (uint)(text[9] - '0');
        const ulong Nine = 0x7676767676767676, High = 0x8080808080808080;
        if ((((date + Nine) | date | (time + Nine) | time) & High) != 0 || (date & 0xFF0000FF00000000) != 0 || (time & 0x0000FF0000FF0000) != 0 || (uint)(text[8] - '0') > 9 || (uint)(text[9] - '0') > 9) return false;
        date = date * 10 + (date >> 8);
        time = time * 10 + (time >> 8);
        int year = (int)(date & 0xFF) * 100 + (int)(date >> 16 & 0xFF), month = (int)(date >> 40 & 0xFF);
        int hour = (int)(time & 0xFF), minute = (int)(time >> 24 & 0xFF), second = (int)(time >> 48 & 0xFF);
        long fraction = 0;
        if (month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59 || text.Length > 19 && !TryFraction(text[19..], out fraction)) return false;
        ticks = ZeroDates.Ticks(ZeroDates.Days(year, month, (int)day), (hour * 3600L + minute * 60 + second) * SecondTicks + fraction);
        return true;
    }

    /// <summary><c>-838:59:59.000000</c>: hours may have one to three digits.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        ReadOnlySpan<byte> rest = negative ? text[1..] : text;
        int colon = rest.IndexOf((byte)':');
        if (colon is < 1 or > 3 || rest.Length < colon + 6 || rest[colon + 3] != ':' || !TryLong(rest[..colon], out long hours) || hours < 0) return false;
        int minute = Pair(rest, colon + 1), second = Pair(rest, colon + 4);
        long fraction = 0;
        if ((minute | second) < 0 || minute > 59 || second > 59 || rest.Length > colon + 6 && !TryFraction(rest[(colon + 6)..], out fraction)) return false;
        ticks = (hours * 3600 + minute * 60 + second) * SecondTicks + fraction;
        if (negative) ticks = -ticks;
        return true;
    }

    /// <summary>ISO 8601 with <c>Z</c> or an offset of hours and minutes: <c>2024-02-29T23:59:59.5+08:00</c>, <c>2024-02-29 23:59:59+08</c>.</summary>
    public static bool TryTimestampWithZone(ReadOnlySpan<byte> text, out long utcTicks, out short offsetMinutes)
    {
        utcTicks = 0;
        offsetMinutes = 0;
        if (text.Length < 20) return false;
        int zone = text[19..].IndexOfAny("Z+-"u8) + 19;
        if (zone < 19 || !TryTimestamp(text[..zone], out long local) || ZeroDates.IsZero(local)) return false;
        ReadOnlySpan<byte> offset = text[zone..];
        if (!(offset.Length == 1 && offset[0] == 'Z'))
        {
            int hours = offset.Length >= 3 ? Pair(offset, 1) : -1;
            int minutes = offset.Length == 3 ? 0 : offset.Length == 6 && offset[3] == ':' ? Pair(offset, 4) : offset.Length == 5 ? Pair(offset, 3) : -1;
            if (offset[0] == 'Z' || hours is < 0 or > 18 || minutes is < 0 or > 59 || hours * 60 + minutes > 1080) return false;
            offsetMinutes = (short)(offset[0] == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes);
        }

        utcTicks = local - offsetMinutes * TimeSpan.TicksPerMinute;
        return true;
    }

    /// <summary>Characters U+0000 to U+00FF, in UTF-8, each standing for a byte.</summary>
    static bool TryWriteLatin(RowWriter writer, ReadOnlySpan<byte> text)
    {
        Span<byte> room = writer.BeginBytes(text.Length);
        int length = 0;
        for (int index = 0; index < text.Length; index++)
        {
            byte part = text[index];
            if (part >= 128)
            {
                // Two bytes of UTF-8 carry U+0080 to U+00FF: 110000xx 10xxxxxx.
                if (part is not (0xC2 or 0xC3) || index + 1 == text.Length || (text[index + 1] & 0xC0) != 0x80) return false;
                part = (byte)(part << 6 | text[++index] & 0x3F);
            }

            room[length++] = part;
        }

        writer.EndBytes(length);
        return true;
    }

    static bool TryFraction(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 2 || text[0] != '.') return false;
        long unit = SecondTicks / 10;
        foreach (byte part in text[1..])
        {
            uint digit = (uint)(part - '0');
            if (digit > 9 || unit == 0 && digit != 0) return false;
            ticks += digit * unit;
            unit /= 10;
        }

        return true;
    }

    /// <summary>Two digits; negative where they are none.</summary>
    static int Pair(ReadOnlySpan<byte> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), ones = (uint)(text[at + 1] - '0');
        return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
    }
}
