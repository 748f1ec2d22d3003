using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.WebApi.Metrics;

/// <summary>The query parameters of a range query, as they were sent.</summary>
internal readonly struct QueryParameters
{
    const int MatchesMax = 20;
    const long PointsMax = 11_000;
    const long PointsWanted = 240;
    const long StepMillisecondsMin = 1_000;
    static readonly TimeSpan RangeDefault = TimeSpan.FromHours(1);

    /// <summary>Steps that people read easily, in seconds.</summary>
    static readonly long[] StepsSeconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800];

    /// <summary>A metric's name or a Prometheus selector. Repeatable: the answer has the series of all.</summary>
    [FromQuery(Name = "match")]
    public string[]? Match { get; init; }

    /// <summary>Only this server: <c>tenant/site/server</c>.</summary>
    [FromQuery(Name = "server")]
    public string? Server { get; init; }

    /// <summary>Only servers of this site: <c>tenant/site</c>.</summary>
    [FromQuery(Name = "site")]
    public string? Site { get; init; }

    /// <summary>Only servers of this tenant.</summary>
    [FromQuery(Name = "tenant")]
    public string? Tenant { get; init; }

    /// <summary>The first point: Unix milliseconds or ISO 8601. Default: one hour before <c>to</c>.</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>The last point, inclusive. Default: now.</summary>
    [FromQuery(Name = "to")]
    public string? To { get; init; }

    /// <summary>Distance of points: <c>15s</c>, <c>5m</c>, <c>1h</c>, <c>1d</c> or milliseconds. Default: about 240 points.</summary>
    [FromQuery(Name = "step")]
    public string? Step { get; init; }

    /// <summary><c>last average minimum maximum sum count rate increase</c>. Default <c>average</c>.</summary>
    [FromQuery(Name = "fn")]
    public string? Function { get; init; }

    /// <summary>More series than this are refused.</summary>
    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    /// <summary>One query for each match, all on the same grid.</summary>
    /// <exception cref="InvalidInputException">A parameter cannot be used.</exception>
    public IReadOnlyList<SeriesQuery> Check(OrreryApiOptions options, TimeProvider time)
    {
        if (Match is not { Length: > 0 and <= MatchesMax })
            throw new InvalidInputException("match", $"Give 1 to {MatchesMax} times match=metric_name or match=name{{label=\"value\"}}.");
        if ((Server is null ? 0 : 1) + (Site is null ? 0 : 1) + (Tenant is null ? 0 : 1) > 1)
            throw new InvalidInputException("server", "Give one of server, site and tenant, or none for all that you may see.");
        long end = To is null ? time.GetUtcNow().ToUnixTimeMilliseconds() : ReadTime("to", To);
        long start = From is null ? end - (long)RangeDefault.TotalMilliseconds : ReadTime("from", From);
        if (start > end)
            throw new InvalidInputException("from", $"from ({start}) is after to ({end}).");
        long step = Step is null ? ChooseStep(end - start) : ReadStep(Step);
        if (Step is null)
            (start, end) = (start - Mod(start, step), end - Mod(end, step));
        if (step < StepMillisecondsMin)
            throw new InvalidInputException("step", $"step is {step} ms; at least {StepMillisecondsMin}.");
        long points = (end - start) / step + 1;
        if (points > PointsMax)
            throw new InvalidInputException("step", $"{points} points from {start} to {end} in steps of {step} ms; at most {PointsMax}. Take a longer step.");
        int limit = Limit ?? options.QuerySeriesMax;
        if (limit < 1 || limit > options.QuerySeriesMax)
            throw new InvalidInputException("limit", $"limit is {limit}; choose 1 to {options.QuerySeriesMax}.");
        limit = (int)Math.Min(limit, Math.Max(1, options.QueryValuesMax / points));
        SeriesFunction function = ReadFunction(Function);
        return [.. Match.Select(match => new SeriesQuery(Selector.Parse(match), start, end, step, function, limit))];
    }

    static SeriesFunction ReadFunction(string? text)
    {
        if (text is null)
            return SeriesFunction.Average;
        foreach (SeriesFunction function in Enum.GetValues<SeriesFunction>())
            if (JsonText.CamelCase(function.ToString()) == text)
                return function;
        throw new InvalidInputException("fn", $"fn is '{Shorten(text)}'; choose one of last, average, minimum, maximum, sum, count, rate and increase.");
    }

    static long ReadTime(string field, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long milliseconds))
            return milliseconds >= 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? milliseconds : throw NoTime(field, text);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && time >= DateTimeOffset.UnixEpoch
            ? time.ToUnixTimeMilliseconds()
            : throw NoTime(field, text);
    }

    static long ReadStep(string text)
    {
        long unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1_000, 'm' => 60_000, 'h' => 3_600_000, 'd' => 86_400_000, >= '0' and <= '9' => 1, _ => 0 };
        ReadOnlySpan<char> digits = unit == 1 ? text : text.AsSpan(0, Math.Max(0, text.Length - 1));
        return unit > 0 && digits.Length <= 12 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0
            ? count * unit
            : throw new InvalidInputException("step", $"step is '{Shorten(text)}'; write it as 15s, 5m, 1h, 1d or in milliseconds.");
    }

    static long ChooseStep(long range)
    {
        foreach (long seconds in StepsSeconds)
            if (range / (seconds * 1_000) <= PointsWanted)
                return seconds * 1_000;
        return StepsSeconds[^1] * 1_000;
    }

    static long Mod(long value, long step) => (value % step + step) % step;

    static InvalidInputException NoTime(string field, string text) =>
        new(field, $"{field} is '{Shorten(text)}'; write it in Unix milliseconds or as 2026-01-31T12:00:00Z.");

    static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
