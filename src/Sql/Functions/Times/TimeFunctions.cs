using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions.Numbers;
using Orrery.Sql.Types;
using static Orrery.Sql.Functions.Definition;
using static Orrery.Sql.Functions.Parameter;

namespace Orrery.Sql.Functions.Times;

/// <summary>Functions of dates and times, and CEIL and FLOOR, which numbers have too.</summary>
internal static class TimeFunctions
{
    private const string Units = "its unit is one of EPOCH, MILLENNIUM, CENTURY, DECADE, YEAR, ISOYEAR, QUARTER, MONTH, WEEK, DAY, DOY, DOW, ISODOW, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND.";

    public static IEnumerable<CompiledFunction> All() =>
    [
        new OverloadedFunction("EXTRACT", "EXTRACT(unit FROM time)", "A field of a date, time, timestamp or interval as BIGINT; WEEK and ISOYEAR as ISO 8601 has them, DOW from 1 for Sunday, SECOND without its fraction.",
            new Overload(_ => SqlType.BigInt, TimeValue.Extract, [Word, Timestamp], UnitFirst), new Overload(_ => SqlType.BigInt, TimeValue.Extract, [Word, Time], UnitFirst),
            new Overload(_ => SqlType.BigInt, TimeValue.ExtractOfInterval, [Word, Interval], call => [.. UnitFirst(call), call.Arguments[1].Type.Kind == SqlTypeKind.IntervalMonths])) { Checker = call => CheckUnit(call, 0, false) },
        Field("YEAR", "The year."), Field("QUARTER", "The quarter, 1 to 4."), Field("MONTH", "The month, 1 to 12."), Field("WEEK", "The week of ISO 8601, 1 to 53."),
        Field("DAYOFYEAR", "The day of the year, 1 to 366."), Field("DAYOFMONTH", "The day of the month, 1 to 31.", "DAY"), Field("DAYOFWEEK", "The day of the week, 1 for Sunday to 7 for Saturday."),
        Field("HOUR", "The hour, 0 to 23."), Field("MINUTE", "The minute, 0 to 59."), Field("SECOND", "The second, 0 to 59."),
        Rounding("FLOOR", "The highest whole number not above; or the last start of a unit (weeks start on Monday) not after a date or timestamp.", Number.FloorDecimal, Number.FloorReal, TimeValue.Floor),
        Rounding("CEIL", "The lowest whole number not below; or the first start of a unit (weeks start on Monday) not before a date or timestamp.", Number.CeilingDecimal, Number.CeilingReal, TimeValue.Ceiling),
        new RewrittenFunction("TIMESTAMPADD", "TIMESTAMPADD(unit, count, time)", "The date or timestamp later by so many units; a date and a unit below a day make a TIMESTAMP.", BindAdd, Add),
        new OverloadedFunction("TIMESTAMPDIFF", "TIMESTAMPDIFF(unit, from, to)", "How many whole units lie between two dates or timestamps, as BIGINT.",
            new Overload(_ => SqlType.BigInt, TimeValue.Difference, [Word, TimestampOrText, TimestampOrText], UnitFirst)) { Checker = call => CheckUnit(call, 0, true) },
        WithFormat("DATE_FORMAT", "DATE_FORMAT(time, format)", "A date or timestamp as text by a pattern of Java's, such as 'yyyy-MM-dd HH:mm:ss.SSS'.", To(SqlType.String, TimeValue.Format, TimestampOrText, Text)),
        WithFormat("TO_DATE", "TO_DATE(text [, format])", "The date of a text, 'yyyy-MM-dd' or by a pattern of Java's.", To(SqlType.Date, TimeValue.ToDate, Text), To(SqlType.Date, TimeValue.ToDateOf, Text, Text)),
        WithFormat("TO_TIMESTAMP", "TO_TIMESTAMP(text [, format])", "The TIMESTAMP of a text, 'yyyy-MM-dd HH:mm:ss[.SSSSSS]' or by a pattern of Java's.", To(SqlType.Timestamp, TimeValue.ToTimestamp, Text), To(SqlType.Timestamp, TimeValue.ToTimestampOf, Text, Text)),
        new OverloadedFunction("TO_TIMESTAMP_LTZ", "TO_TIMESTAMP_LTZ(integer [, precision]) or (text [, format])", "The TIMESTAMP_LTZ of seconds (precision 0, also without), milliseconds (3) or microseconds (6) since 1970, or of a text in UTC.",
            To(SqlType.TimestampLtz, TimeValue.OfEpoch, Integer), To(SqlType.TimestampLtz, TimeValue.OfEpochPrecision, Integer, Integer),
            To(SqlType.TimestampLtz, TimeValue.ToTimestamp, Text), To(SqlType.TimestampLtz, TimeValue.ToTimestampOf, Text, Text)) { Checker = CheckFormat },
        WithFormat("FROM_UNIXTIME", "FROM_UNIXTIME(seconds [, format])", "The text of seconds since 1970 in UTC, 'yyyy-MM-dd HH:mm:ss' or by a pattern of Java's.", To(SqlType.String, TimeValue.FromUnixTime, Integer), To(SqlType.String, TimeValue.FromUnixTimeOf, Integer, Text)),
        new RewrittenFunction("UNIX_TIMESTAMP", "UNIX_TIMESTAMP([text [, format]])", "The seconds since 1970 of a text in UTC, 'yyyy-MM-dd HH:mm:ss' or by a pattern of Java's; without one, of the clock.", BindUnixTime, UnixTime),
        new OverloadedFunction("UNIX_TIMESTAMP_OF", "UNIX_TIMESTAMP_OF(text [, format])", "What UNIX_TIMESTAMP of a text is.", To(SqlType.BigInt, TimeValue.UnixTime, Text), To(SqlType.BigInt, TimeValue.UnixTimeOf, Text, Text)) { Checker = CheckFormat },
        Function("CONVERT_TZ", "CONVERT_TZ(text, from, to)", "A time 'yyyy-MM-dd HH:mm:ss' on the clock of one zone as the clock of another shows it.", To(SqlType.String, TimeValue.ConvertZone, Text, Text, Text)),
        new OverloadedFunction("AT TIME ZONE", "time AT TIME ZONE zone", "A TIMESTAMP on a zone's clock as TIMESTAMP_LTZ; a TIMESTAMP_LTZ as TIMESTAMP on the zone's clock.",
            new Overload(_ => SqlType.TimestampLtz, Zones.ToUtc, [OfKind(SqlTypeKind.Timestamp), Text]), new Overload(_ => SqlType.Timestamp, Zones.ToLocal, [OfKind(SqlTypeKind.TimestampLtz), Text])),
        Clock("NOW", "The time of the epoch, as TIMESTAMP_LTZ; the same for all rows of a step.", null), Clock("CURRENT_TIMESTAMP", "As NOW().", null), Clock("CURRENT_ROW_TIMESTAMP", "As NOW().", null), Clock("PROCTIME", "As NOW().", null),
        Clock("LOCALTIMESTAMP", "NOW() as TIMESTAMP.", SqlType.Timestamp), Clock("CURRENT_DATE", "The date of NOW() in UTC.", SqlType.Date),
        Clock("CURRENT_TIME", "The time of day of NOW() in UTC.", SqlType.Time), Clock("LOCALTIME", "As CURRENT_TIME.", SqlType.Time),
    ];

    private static Parameter OfKind(SqlTypeKind kind) => new(kind.ToString(), type => type.Kind == kind ? (type, 0) : null);

    private static object[] UnitFirst(CallExpression call) => [TimeUnits.Name(WordOf(call, 0)) ?? throw new SqlTypeException($"{call.Function.Name}: {Units}")];

    private static string? CheckUnit(CallExpression call, int place, bool isLength)
    {
        if (TimeUnits.Name(WordOf(call, place)) is not { } unit) return Units;
        return isLength && unit != "NANOSECOND" && TimeUnits.Microseconds(unit) == 0 && TimeUnits.Months(unit) == 0 ? $"{unit} is no length of time." : null;
    }

    private static OverloadedFunction Field(string name, string description, string? unit = null)
    {
        object[] Fact(CallExpression call) => [unit ?? name];
        Overload Of(Parameter parameter) => new(_ => SqlType.BigInt, TimeValue.ExtractField, [parameter], Fact);
        return Function(name, $"{name}(time)", description, name is "HOUR" or "MINUTE" or "SECOND" ? [Of(Timestamp), Of(Time)] : [Of(Timestamp)]);
    }

    private static OverloadedFunction Rounding(string name, string description, Delegate ofDecimal, Delegate ofReal, Delegate ofTime)
    {
        Overload Unit(Parameter parameter, long scale) => new(types => types[0], ofTime, [parameter, Word], call => [TimeUnits.Name(WordOf(call, 1)) ?? throw new SqlTypeException($"{name}: {Units}"), scale]);
        return new(name, $"{name}(number) or {name}(time TO unit)", description,
            Same(Number.Whole, Integer),
            new Overload(types => SqlType.Decimal(Math.Min(SqlType.PrecisionMax, types[0].Precision - types[0].Scale + 1), 0), ofDecimal, [Exact], call => [call.Arguments[0].Type.Scale]),
            new Overload(types => types[0], ofReal, [Real]) { IsSafe = true },
            Unit(Date, TimeArithmetic.MicrosecondsPerDay), Unit(Timestamp, 1), Unit(Time, 1)) { Checker = call => call.Arguments.Count == 1 ? null : CheckUnit(call, 1, true) };
    }

    private static FunctionBinding? BindAdd(IReadOnlyList<SqlType> types) =>
        types.Count == 3 && types[0].Kind == SqlTypeKind.String && types[1].IsInteger && (types[2].Kind == SqlTypeKind.Date || types[2].IsTimestamp || types[2].Kind is SqlTypeKind.String or SqlTypeKind.Time)
            ? new FunctionBinding([types[0], types[1], types[2].Kind == SqlTypeKind.String ? SqlType.Timestamp.Nullable(types[2].IsNullable) : types[2]], types[2].Nullable(types.Any(type => type.IsNullable)))
            : null;

    private static BoundExpression Add(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding)
    {
        string? unit = arguments[0] is ConstantExpression { Value: string word } ? TimeUnits.Name(word) : null;
        long length = unit is null ? 0 : TimeUnits.Microseconds(unit);
        int months = unit is null ? 0 : TimeUnits.Months(unit);
        if (length == 0 && months == 0) throw new SqlTypeException("TIMESTAMPADD: its unit is one of MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR, DECADE, CENTURY, MILLENNIUM.");
        var type = (months > 0 ? SqlType.IntervalMonths : SqlType.IntervalMicroseconds).Nullable(false);
        var interval = FunctionCatalog.Resolve("*", [new ConstantExpression(months > 0 ? months : length, type), arguments[1]]);
        var time = arguments[2];
        if (time.Type.Kind == SqlTypeKind.Date && months == 0 && length % TimeArithmetic.MicrosecondsPerDay != 0) time = TypeCoercion.Cast(time, SqlType.Timestamp);
        return FunctionCatalog.Resolve("+", [time, interval]);
    }

    private static FunctionBinding? BindUnixTime(IReadOnlyList<SqlType> types)
    {
        if (types.Count == 0) return new FunctionBinding([], SqlType.BigInt.Nullable(false));
        return FunctionCatalog.TryResolve("UNIX_TIMESTAMP_OF", types, out _, out var binding) ? binding : null;
    }

    private static BoundExpression UnixTime(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding) => arguments.Count > 0
        ? FunctionCatalog.Resolve("UNIX_TIMESTAMP_OF", arguments)
        : FunctionCatalog.Resolve("EXTRACT", [new ConstantExpression("EPOCH", SqlType.String.Nullable(false)), new NowExpression()]);

    private static OverloadedFunction WithFormat(string name, string signature, string description, params Overload[] overloads) => new(name, signature, description, overloads) { Checker = CheckFormat };

    private static string? CheckFormat(CallExpression call)
    {
        if (WordOf(call, 1) is not { } format) return null;
        try
        {
            _ = new DateFormat(format);
            return null;
        }
        catch (SqlValueException fault)
        {
            return fault.Message;
        }
    }

    private static RewrittenFunction Clock(string name, string description, SqlType? type) => new(
        name, name is "NOW" or "PROCTIME" or "CURRENT_ROW_TIMESTAMP" ? name + "()" : name, description,
        types => types.Count == 0 ? new FunctionBinding([], (type ?? SqlType.TimestampLtz).Nullable(false)) : null,
        (_, binding) => type is null ? new NowExpression() : new CastExpression(new NowExpression(), false, binding.Result));
}
