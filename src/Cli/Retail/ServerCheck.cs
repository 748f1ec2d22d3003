using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Retail;

/// <summary>
/// Has the server compare materialized views with the same SQL run as a batch over their source: a check of the tenant that is made for one run and deleted behind it. Where the source tells positions of its log, both sides
/// are compared at one of them, while others write.
/// </summary>
/// <param name="connection">The database; null: the one that the views' channel reads.</param>
sealed class ServerCheck(ApiSession api, string tenant, string? connection, TimeProvider time)
{
    const int SuffixBytes = 4, PatienceMaxSeconds = 600;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250), RunMost = TimeSpan.FromHours(1);

    readonly string path = $"tenants/{Uri.EscapeDataString(tenant)}/checks/verify-{RandomNumberGenerator.GetHexString(2 * SuffixBytes, lowercase: true)}";

    /// <param name="results">Names of the views.</param>
    /// <param name="patience">How long the views are given to stand where the source stands, 10 minutes at most.</param>
    /// <exception cref="ApiRefusedException">Nothing could be compared; the message says why.</exception>
    /// <exception cref="TimeoutException">The run did not end.</exception>
    public async Task<CheckedResults> RunAsync(IEnumerable<string> results, TimeSpan patience, CancellationToken cancellationToken)
    {
        int patienceSeconds = (int)Math.Clamp(Math.Ceiling(patience.TotalSeconds), 0, PatienceMaxSeconds);
        await api.SendAsync(HttpMethod.Put, path, new { kind = connection is null ? "" : "mysql", connection, results = results.ToArray(), patienceSeconds }, cancellationToken);
        try
        {
            long number = (await api.SendAsync(HttpMethod.Post, path + "/runs", null, cancellationToken)).GetProperty("number").GetInt64();
            long started = time.GetTimestamp();
            while (true)
            {
                JsonElement check = await api.SendAsync(HttpMethod.Get, path, null, cancellationToken);
                if (check.GetProperty("last") is { ValueKind: JsonValueKind.Object } last && last.GetProperty("number").GetInt64() >= number)
                    return await ReadAsync(last, cancellationToken);
                if (time.GetElapsedTime(started) > RunMost)
                    throw new TimeoutException($"run {number} of the check has not ended after {RunMost.TotalMinutes:F0} min.");
                await Task.Delay(Look, time, cancellationToken);
            }
        }
        finally
        {
            await api.SendAsync(HttpMethod.Delete, path, null, CancellationToken.None);
        }
    }

    async Task<CheckedResults> ReadAsync(JsonElement summary, CancellationToken cancellationToken)
    {
        string outcome = summary.GetProperty("outcome").GetString()!;
        string? note = summary.GetProperty("note").GetString();
        if (outcome is not ("equal" or "different"))
            throw new ApiRefusedException($"the server compared nothing ({outcome}): {note}");
        JsonElement run = await api.SendAsync(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{path}/runs/{summary.GetProperty("number").GetInt64()}"), null, cancellationToken);
        return new CheckedResults(
            summary.GetProperty("isExact").GetBoolean() ? summary.GetProperty("position").GetString() : null, note,
            run.GetProperty("results").EnumerateArray().Select(CheckedResult.Of).ToDictionary(static result => result.Name, StringComparer.OrdinalIgnoreCase));
    }
}

/// <param name="Position">Of the source's log, at which both sides were compared; null: rows were compared as they stood.</param>
/// <param name="Note">What should be known about it; null: nothing.</param>
sealed record CheckedResults(string? Position, string? Note, IReadOnlyDictionary<string, CheckedResult> Results)
{
    /// <summary>Of a result that is not there at all, too.</summary>
    public CheckedResult this[string name] => Results.GetValueOrDefault(name) ?? new CheckedResult(name, false, 0, 0, ["it is not there"]);

    /// <summary>What was compared at which place, as a sentence.</summary>
    public string Place => Position is { } position ? $"Both sides stood at {position} of the source's log." : Note ?? "Rows were compared as they stood.";
}

/// <param name="Rows">That the view has.</param>
/// <param name="RowsExpected">That the source gives.</param>
/// <param name="Reasons">Lines that say what is not as it should be.</param>
sealed record CheckedResult(string Name, bool IsEqual, long Rows, long RowsExpected, IReadOnlyList<string> Reasons)
{
    const int RowsShown = 6;

    /// <summary>Of the web API's answer.</summary>
    public static CheckedResult Of(JsonElement result)
    {
        string state = result.GetProperty("state").GetString()!;
        string[] reasons = state == "skipped" ? [result.GetProperty("reason").GetString()!] : [.. result.GetProperty("differences").EnumerateArray().Take(RowsShown).SelectMany(Lines)];
        return new CheckedResult(result.GetProperty("name").GetString()!, state == "equal", result.GetProperty("rows").GetInt64(), result.GetProperty("rowsExpected").GetInt64(), reasons);
    }

    static IEnumerable<string> Lines(JsonElement difference)
    {
        if (difference.GetProperty("expected") is { ValueKind: JsonValueKind.Array } expected)
            yield return "missing  " + Row(expected);
        if (difference.GetProperty("actual") is { ValueKind: JsonValueKind.Array } actual)
            yield return "surplus  " + Row(actual);
    }

    static string Row(JsonElement values) => string.Join('|', values.EnumerateArray().Select(static value => value.GetString() ?? "null"));
}
