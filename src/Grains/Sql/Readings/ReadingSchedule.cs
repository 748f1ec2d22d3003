using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Readings;

/// <summary>
/// When a table is read from its database: each <c>'every'</c> (<c>30s</c>, <c>15m</c>, <c>1h</c>, <c>1d</c>), or once a day <c>'at'</c> a time such as <c>02:30</c> of <c>'time-zone'</c> (UTC). The first time is at
/// once; a time that was missed is made up for once.
/// </summary>
sealed record ReadingSchedule(TimeSpan? Every, TimeOnly? At, TimeZoneInfo Zone)
{
    static readonly TimeSpan EveryLeast = TimeSpan.FromSeconds(1), EveryMost = TimeSpan.FromDays(30);

    public static bool IsIn(Relation relation) => relation.Options.ContainsKey("every") || relation.Options.ContainsKey("at");

    /// <exception cref="InvalidInputException">An option cannot be used.</exception>
    public static ReadingSchedule Of(Relation relation)
    {
        relation.Options.TryGetValue("every", out string? every);
        relation.Options.TryGetValue("at", out string? at);
        if (every is not null && at is not null)
            throw new InvalidInputException("text", $"Table '{relation.Name}': 'every' and 'at' are both given; say one of them.");
        string zone = relation.Options.TryGetValue("time-zone", out string? said) ? said : "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? known))
            throw Wrong(relation, "time-zone", zone, "a time zone of this machine, such as Asia/Shanghai");
        if (every is not null)
            return new ReadingSchedule(Length(every) is { } length && length >= EveryLeast && length <= EveryMost ? length : throw Wrong(relation, "every", every, "1s to 30d, such as 30s, 15m, 1h or 1d"), null, known);
        return new ReadingSchedule(null, TimeOnly.TryParseExact(at, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : throw Wrong(relation, "at", at ?? "", "a time of the day, such as 02:30"), known);
    }

    /// <summary>When it is due after a reading that began then; null: it was never read.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset? last)
    {
        if (last is not { } began)
            return DateTimeOffset.MinValue;
        if (Every is { } every)
            return began + every;
        DateTime local = TimeZoneInfo.ConvertTime(began, Zone).DateTime, next = local.Date + At!.Value.ToTimeSpan();
        if (next <= local)
            next = next.AddDays(1);
        // A time that the clocks pass over when they are put forward is an hour later.
        if (Zone.IsInvalidTime(next))
            next = next.AddHours(1);
        return new DateTimeOffset(next, Zone.GetUtcOffset(next));
    }

    static TimeSpan? Length(string text)
    {
        double unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        return unit > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? TimeSpan.FromSeconds(number * unit) : null;
    }

    static InvalidInputException Wrong(Relation relation, string key, string value, string allowed) => new("text", $"Table '{relation.Name}': the option '{key}' is '{value}'; it can be {allowed}.");
}
