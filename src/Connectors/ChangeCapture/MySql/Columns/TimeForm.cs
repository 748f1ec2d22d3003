using System.Buffers.Binary;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>Stored dates and times, the packings before and after MySQL 5.6.4, as ticks.</summary>
internal static class TimeForm
{
    const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>What a timestamp of zero stands for: <c>0000-00-00 00:00:00</c>.</summary>
    public static readonly long ZeroTimestamp = ZeroDates.Ticks(ZeroDates.Days(0, 0, 0), 0);

    /// <summary>Bytes of a fraction of 0 to 6 digits.</summary>
    public static int FractionBytes(int digits) => (digits + 1) / 2;

    public static int Date(ReadOnlySpan<byte> stored)
    {
        int packed = stored[0] | stored[1] << 8 | stored[2] << 16;
        return ZeroDates.Days(packed >> 9, (packed >> 5) & 15, packed & 31);
    }

    /// <summary>Before 5.6.4: hhmmss as a signed number of three bytes.</summary>
    public static long OldTime(ReadOnlySpan<byte> stored)
    {
        int packed = (stored[0] | stored[1] << 8 | stored[2] << 16) << 8 >> 8;
        int size = Math.Abs(packed);
        long ticks = Ticks(size / 10000, size / 100 % 100, size % 100, 0);
        return packed < 0 ? -ticks : ticks;
    }

    /// <summary>Before 5.6.4: yyyymmddhhmmss as a number.</summary>
    public static long OldDateTime(ReadOnlySpan<byte> stored)
    {
        ulong packed = BinaryPrimitives.ReadUInt64LittleEndian(stored);
        ulong date = packed / 1_000_000;
        int time = (int)(packed % 1_000_000);
        if (date > 99991231) throw new ValueRangeException($"{packed} is no date and time.");
        int days = ZeroDates.Days((int)(date / 10000), (int)(date / 100 % 100), (int)(date % 100));
        return ZeroDates.Ticks(days, OfDay(time / 10000, time / 100 % 100, time % 100, 0));
    }

    public static long OldTimestamp(ReadOnlySpan<byte> stored) => Instant(BinaryPrimitives.ReadUInt32LittleEndian(stored), 0);

    public static long Timestamp(ReadOnlySpan<byte> stored, int digits) => Instant(BinaryPrimitives.ReadUInt32BigEndian(stored), Micros(stored[4..], digits));

    public static long DateTime(ReadOnlySpan<byte> stored, int digits)
    {
        ulong packed = (ulong)stored[0] << 32 | BinaryPrimitives.ReadUInt32BigEndian(stored[1..]);
        if ((packed & 0x8000000000) == 0) throw new ValueRangeException($"{packed:X10} is no date and time.");
        int date = (int)(packed >> 17) & 0x3FFFFF, time = (int)packed & 0x1FFFF, months = date >> 5;
        int days = ZeroDates.Days(months / 13, months % 13, date & 31);
        return ZeroDates.Ticks(days, OfDay(time >> 12, (time >> 6) & 63, time & 63, Micros(stored[5..], digits)));
    }

    public static long Time(ReadOnlySpan<byte> stored, int digits)
    {
        // The whole value, fraction included, is stored with an offset, so that it sorts: take the offset off first.
        int bytes = FractionBytes(digits);
        long packed = 0;
        for (int index = 0; index < 3 + bytes; index++) packed = packed << 8 | stored[index];
        packed -= 0x800000L << (8 * bytes);
        bool negative = packed < 0;
        if (negative) packed = -packed;
        long fraction = packed & ((1L << (8 * bytes)) - 1), whole = packed >> (8 * bytes);
        long micros = bytes switch { 0 => 0, 1 => fraction * 10_000, 2 => fraction * 100, _ => fraction };
        long ticks = Ticks((int)(whole >> 12) & 1023, (int)(whole >> 6) & 63, (int)whole & 63, micros);
        return negative ? -ticks : ticks;
    }

    /// <summary>Ticks of hours, minutes and seconds with a fraction.</summary>
    public static long Ticks(int hours, int minutes, int seconds, long micros)
    {
        if (minutes > 59 || seconds > 59 || micros > 999_999 || hours > 838) throw new ValueRangeException($"{hours}:{minutes:D2}:{seconds:D2}.{micros:D6} is no time.");
        return ((hours * 60L + minutes) * 60 + seconds) * TimeSpan.TicksPerSecond + micros * TicksPerMicrosecond;
    }

    public static long OfDay(int hours, int minutes, int seconds, long micros) =>
        hours < 24 ? Ticks(hours, minutes, seconds, micros) : throw new ValueRangeException($"{hours}:{minutes:D2}:{seconds:D2} is no time of day.");

    static long Instant(uint seconds, long micros)
    {
        if (micros > 999_999) throw new ValueRangeException($"{micros} microseconds are a second or more.");
        return seconds == 0 && micros == 0 ? ZeroTimestamp : seconds * TimeSpan.TicksPerSecond + micros * TicksPerMicrosecond;
    }

    static long Micros(ReadOnlySpan<byte> stored, int digits) => FractionBytes(digits) switch
    {
        0 => 0,
        1 => stored[0] * 10_000L,
        2 => BinaryPrimitives.ReadUInt16BigEndian(stored) * 100L,
        _ => (long)stored[0] << 16 | (long)stored[1] << 8 | stored[2],
    };
}
