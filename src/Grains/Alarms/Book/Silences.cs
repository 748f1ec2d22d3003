using Orrery.Grains.Input;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Alarms.Book;

/// <summary>The rules of silence windows.</summary>
static class Silences
{
    public const int SilencesMax = 200;
    const int ReasonLengthMax = 500;

    static readonly TimeSpan LengthMax = TimeSpan.FromDays(90);
    static readonly TimeSpan ShownAfterEnd = TimeSpan.FromDays(1);

    public static bool Covers(this Silence silence, Alarm alarm, DateTimeOffset now) =>
        silence.StartsAt <= now && now < silence.EndsAt
        && (silence.RuleId is null || silence.RuleId == alarm.RuleId)
        && (silence.Server is null || Within(alarm.Server, silence.Server));

    /// <summary>Whether a server's key is the given one, or lies within the site or tenant of that key.</summary>
    public static bool Within(string server, string key) =>
        server.StartsWith(key, StringComparison.Ordinal) && (server.Length == key.Length || server[key.Length] == '/');

    /// <summary>The next time at which a silence begins or ends, or null.</summary>
    public static DateTimeOffset? NextBoundary(IEnumerable<Silence> silences, DateTimeOffset now) => silences
        .SelectMany(silence => new[] { silence.StartsAt, silence.EndsAt })
        .Where(boundary => boundary > now)
        .Order()
        .Cast<DateTimeOffset?>()
        .FirstOrDefault();

    public static bool IsForgotten(Silence silence, DateTimeOffset now) => silence.EndsAt + ShownAfterEnd <= now;

    public static Silence Take(SilenceDraft draft, string id, string tenant, string user, DateTimeOffset now)
    {
        if (draft.Server is { } server && !Within(server, tenant))
            throw new InvalidInputException("server", $"'{(server.Length <= 200 ? server : "")}' is no server or site of '{tenant}'.");
        string reason = InputChecks.Text("reason", draft.Reason, ReasonLengthMax)?.Trim()
            ?? throw new InvalidInputException("reason", "Say why: others will ask when they miss an alarm.");
        var starts = draft.StartsAt ?? now;
        if (starts < now)
            starts = now;
        if (draft.EndsAt <= starts)
            throw new InvalidInputException("endsAt", $"The end {draft.EndsAt.UtcDateTime:u} is not after the start {starts.UtcDateTime:u}.");
        if (draft.EndsAt - starts > LengthMax)
            throw new InvalidInputException("endsAt", $"The silence lasts {(draft.EndsAt - starts).TotalDays:0} days; at most {LengthMax.TotalDays:0} are possible.");
        return new Silence(id, draft.Server, draft.RuleId, reason, starts.ToUniversalTime(), draft.EndsAt.ToUniversalTime(), user);
    }
}
