using Orrery.Sql.Compilation;
using Orrery.Sql.Functions.Texts;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Functions.Times;

/// <summary>What functions of dates and times compute.</summary>
internal static class TimeValue
{
    private const long Second = TimeArithmetic.MicrosecondsPerSecond;

    public static long Extract(Bytes word, long time, string unit) => TimeUnits.Extract(time, unit);

    public static long ExtractField(long time, string unit) => TimeUnits.Extract(time, unit);

    public static long ExtractOfInterval(Bytes word, long interval, string unit, bool isMonths) => TimeUnits.ExtractOfInterval(interval, unit, isMonths);

    public static long Difference(Bytes word, long from, long to, string unit) => TimeUnits.Difference(from, to, unit);

    /// <param name="scale">Microseconds of the value's unit: a day's for a DATE.</param>
    public static long Floor(long time, Bytes word, string unit, long scale) => TimeUnits.Floor(time * scale, unit) / scale;

    public static long Ceiling(long time, Bytes word, string unit, long scale) => TimeUnits.Ceiling(time * scale, unit) / scale;

    public static Bytes Format(EvaluationContext context, long time, Bytes format)
    {
        var made = context.State.DateFormat(format);
        int most = made.BytesMax;
        nint address = TextMaker.Allocate(context, most);
        return new Bytes(address, made.Format(time, TextMaker.Span(address, most)));
    }

    public static long ToDate(Bytes text) => ValueText.TryParseDate(text.Span, out long days) ? days : throw Unread("TO_DATE", text, "yyyy-MM-dd");

    public static long ToDateOf(EvaluationContext context, Bytes text, Bytes format) =>
        TimeArithmetic.FloorDivide(Parse(context, "TO_DATE", text, format), TimeArithmetic.MicrosecondsPerDay);

    public static long ToTimestamp(Bytes text) => ValueText.TryParseTimestamp(text.Span, true, out long time) ? time : throw Unread("TO_TIMESTAMP", text, "yyyy-MM-dd HH:mm:ss");

    public static long ToTimestampOf(EvaluationContext context, Bytes text, Bytes format) => Parse(context, "TO_TIMESTAMP", text, format);

    public static long OfEpoch(long value) => TimeArithmetic.CheckTimestamp(Arithmetic.MultiplyInt64(value, Second));

    public static long OfEpochPrecision(long value, long precision) => TimeArithmetic.CheckTimestamp(precision switch
    {
        0 => Arithmetic.MultiplyInt64(value, Second),
        3 => Arithmetic.MultiplyInt64(value, 1_000),
        6 => value,
        _ => throw new SqlValueException($"TO_TIMESTAMP_LTZ with precision {precision}: it is 0 for seconds, 3 for milliseconds, 6 for microseconds."),
    });

    public static Bytes FromUnixTime(EvaluationContext context, long seconds)
    {
        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        return Casts.Make(context, text[..ValueText.FormatTimestamp(OfEpoch(seconds), 0, text)], 0);
    }

    public static Bytes FromUnixTimeOf(EvaluationContext context, long seconds, Bytes format) => Format(context, OfEpoch(seconds), format);

    public static long UnixTime(Bytes text) => TimeArithmetic.FloorDivide(ToTimestamp(text), Second);

    public static long UnixTimeOf(EvaluationContext context, Bytes text, Bytes format) => TimeArithmetic.FloorDivide(Parse(context, "UNIX_TIMESTAMP", text, format), Second);

    public static Bytes ConvertZone(EvaluationContext context, Bytes text, Bytes from, Bytes to)
    {
        if (!ValueText.TryParseTimestamp(text.Span, false, out long time)) throw Unread("CONVERT_TZ", text, "yyyy-MM-dd HH:mm:ss");
        Span<byte> shown = stackalloc byte[ValueText.FixedBytesMax];
        return Casts.Make(context, shown[..ValueText.FormatTimestamp(Zones.ToLocal(context, Zones.ToUtc(context, time, from), to), 0, shown)], 0);
    }

    private static long Parse(EvaluationContext context, string function, Bytes text, Bytes format) =>
        context.State.DateFormat(format).TryParse(text.ToString(), out long time) ? time : throw Unread(function, text, format.ToString());

    private static SqlValueException Unread(string function, Bytes text, string format) =>
        new($"{function}('{(text.Length <= 100 ? text.ToString() : new Bytes(text.Address, 100) + "...")}'): it does not read as {format}.");
}
