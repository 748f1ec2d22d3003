using System.Collections.Frozen;

namespace Orrery.Sql.Syntax;

/// <summary>The names of units of time.</summary>
static class Units
{
    static readonly (TimeUnit Unit, string Name, string[] Others)[] All =
    [
        (TimeUnit.Nanosecond, "NANOSECOND", []), (TimeUnit.Microsecond, "MICROSECOND", []), (TimeUnit.Millisecond, "MILLISECOND", []),
        (TimeUnit.Second, "SECOND", ["SECONDS", "SQL_TSI_SECOND"]), (TimeUnit.Minute, "MINUTE", ["MINUTES", "SQL_TSI_MINUTE"]),
        (TimeUnit.Hour, "HOUR", ["HOURS", "SQL_TSI_HOUR"]), (TimeUnit.Day, "DAY", ["DAYS", "SQL_TSI_DAY"]), (TimeUnit.Week, "WEEK", ["WEEKS", "SQL_TSI_WEEK"]),
        (TimeUnit.Month, "MONTH", ["MONTHS", "SQL_TSI_MONTH"]), (TimeUnit.Quarter, "QUARTER", ["QUARTERS", "SQL_TSI_QUARTER"]),
        (TimeUnit.Year, "YEAR", ["YEARS", "SQL_TSI_YEAR"]), (TimeUnit.Decade, "DECADE", []), (TimeUnit.Century, "CENTURY", []), (TimeUnit.Millennium, "MILLENNIUM", []),
        (TimeUnit.DayOfWeek, "DOW", []), (TimeUnit.IsoDayOfWeek, "ISODOW", []), (TimeUnit.DayOfYear, "DOY", []), (TimeUnit.IsoYear, "ISOYEAR", []), (TimeUnit.Epoch, "EPOCH", []),
    ];

    static readonly FrozenDictionary<TimeUnit, string> ByUnit = All.ToFrozenDictionary(unit => unit.Unit, unit => unit.Name);

    static readonly FrozenDictionary<string, TimeUnit> ByName = All
        .SelectMany(unit => unit.Others.Prepend(unit.Name).Select(name => KeyValuePair.Create(name, unit.Unit)))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Names => All.Select(unit => unit.Name);

    public static string Name(TimeUnit unit) => ByUnit[unit];

    public static TimeUnit? Find(string name) => ByName.TryGetValue(name, out TimeUnit unit) ? unit : null;

    /// <summary>Whether intervals are counted in it.</summary>
    public static bool InIntervals(TimeUnit unit) => unit is TimeUnit.Second or TimeUnit.Minute or TimeUnit.Hour or TimeUnit.Day or TimeUnit.Week or TimeUnit.Month or TimeUnit.Quarter or TimeUnit.Year;
}
