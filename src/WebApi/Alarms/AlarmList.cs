using System.Globalization;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Servers;

namespace Orrery.WebApi.Alarms;

/// <summary>The alarms of one tenant, or of all that the caller sees, newest first.</summary>
/// <remarks>Each tenant's book is asked for what can stand on the page; the pages are merged by time. The cursor is a time and an id, so alarms that fire meanwhile do not shift it.</remarks>
internal static class AlarmList
{
    const int TenantsAtOnceMax = 16;
    const int BookPage = 500;

    /// <summary>Alarms looked at in one tenant's book, which holds 5,000 resolved ones.</summary>
    const int AlarmsMax = 10_000;

    public static async Task<Page<Alarm>> ListAsync(Caller caller, string? tenant, AlarmQuery query, PageRequest page)
    {
        tenant ??= query.Server is { } server ? EntityKeys.TenantOf(server) : caller.Tenant;
        if (tenant is not null)
            return await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).List(query, page);
        (DateTimeOffset At, string Name)? after = page.After is null ? null : ReadCursor(page.After);
        var alarms = new List<Alarm>();
        int? total = 0;
        foreach (TenantInfo[] some in (await ServerScope.TenantsAsync(caller)).Chunk(TenantsAtOnceMax))
            foreach ((IReadOnlyList<Alarm> found, int? count) in await Task.WhenAll(some.Select(info => FromBookAsync(caller.OfTenant<IAlarmBookGrain>(info.Id), query, page, after))))
            {
                alarms.AddRange(found);
                total += count;
            }
        alarms.Sort(Compare);
        bool more = alarms.Count > page.Limit;
        if (more)
            alarms.RemoveRange(page.Limit, alarms.Count - page.Limit);
        return new(alarms, more ? CursorOf(alarms[^1]) : null, total);
    }

    /// <summary>Up to one more than a page of the book's alarms after the cursor.</summary>
    static async Task<(IReadOnlyList<Alarm> Found, int? Total)> FromBookAsync(IAlarmBookGrain book, AlarmQuery query, PageRequest page, (DateTimeOffset At, string Name)? after)
    {
        var found = new List<Alarm>();
        string? next = null;
        int? total = null;
        int seen = 0;
        do
        {
            Page<Alarm> some = await book.List(query, new PageRequest(after is null ? Math.Min(BookPage, page.Limit + 1) : BookPage, next, page.Search));
            total ??= some.Total;
            seen += some.Items.Count;
            found.AddRange(some.Items.Where(alarm => after is null || IsAfter(alarm, after.Value)));
            next = some.Next;
        }
        while (next is not null && found.Count <= page.Limit && seen < AlarmsMax);
        return (found, total);
    }

    static int Compare(Alarm a, Alarm b) => a.FiredAt != b.FiredAt ? b.FiredAt.CompareTo(a.FiredAt) : string.CompareOrdinal(NameOf(a), NameOf(b));

    static bool IsAfter(Alarm alarm, (DateTimeOffset At, string Name) cursor) =>
        alarm.FiredAt < cursor.At || (alarm.FiredAt == cursor.At && string.CompareOrdinal(NameOf(alarm), cursor.Name) > 0);

    static string NameOf(Alarm alarm) => $"{alarm.Tenant}/{alarm.Id}";

    static string CursorOf(Alarm alarm) => string.Create(CultureInfo.InvariantCulture, $"{alarm.FiredAt.UtcTicks}~{NameOf(alarm)}");

    static (DateTimeOffset At, string Name) ReadCursor(string cursor)
    {
        int cut = cursor.IndexOf('~', StringComparison.Ordinal);
        return cut > 0 && long.TryParse(cursor.AsSpan(0, cut), NumberStyles.None, CultureInfo.InvariantCulture, out long ticks) && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? (new DateTimeOffset(ticks, TimeSpan.Zero), cursor[(cut + 1)..])
            : throw new InvalidInputException("cursor", "This is no cursor of this list; send back what 'next' gave.");
    }
}
