using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Sql;

/// <summary>A tenant's tables and views, asked through the web API.</summary>
/// <param name="notes">Where words go that are no answer.</param>
/// <param name="time">Of the pauses between attempts of a lost subscription.</param>
sealed class SqlSession(ApiSession api, string tenant, ResultWriter writer, TextWriter notes, TimeProvider time)
{
    /// <summary>Attempts, a second apart, before a lost subscription is given up.</summary>
    const int AttemptsMax = 60;
    static readonly TimeSpan AttemptPause = TimeSpan.FromSeconds(1);

    readonly string path = $"tenants/{Uri.EscapeDataString(tenant)}/sql";

    public string Tenant => tenant;

    public ResultWriter Writer => writer;

    /// <summary>Runs the statements one after another; the first that cannot be run ends it.</summary>
    /// <param name="name">Of the file that the text is from; null: none.</param>
    /// <returns>Whether all could be run.</returns>
    public async Task<bool> RunAsync(string text, string? name, CancellationToken cancellationToken)
    {
        foreach (StatementText statement in StatementText.Read(text, out _))
            try
            {
                if (statement.Followed is { } query)
                    await FollowAsync(query, cancellationToken);
                else
                    foreach (JsonElement result in (await api.SendAsync(HttpMethod.Post, path, new { text = statement.Text, origin = name }, cancellationToken)).GetProperty("results").EnumerateArray())
                        writer.Result(result);
            }
            catch (ApiRefusedException refused)
            {
                int before = statement.Offset + (statement.Followed is { } followed ? statement.Text.Length - followed.Length : 0);
                foreach (string line in refused.Place is { } place ? PlaceText.Lines(refused.Message, text, place with { Offset = place.Offset + before }, name) : [$"orrery: {refused.Message}"])
                    await notes.WriteLineAsync(line);
                return false;
            }

        return true;
    }

    /// <summary>Tables and views with how they do; or the columns of one.</summary>
    public async Task DescribeAsync(string? relation, CancellationToken cancellationToken)
    {
        static string Text(JsonElement item, string property) => item.GetProperty(property) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : "";
        if (relation is null)
        {
            JsonElement all = await api.SendAsync(HttpMethod.Get, $"{path}/relations", null, cancellationToken);
            writer.Table(["name", "kind", "status", "rows", "problem"], [.. all.EnumerateArray().Select(static item => new[] { Text(item, "name"), Text(item, "kind"), Text(item, "status"), Text(item, "rows"), Text(item, "problem") })],
                [false, false, false, true, false]);
            return;
        }

        JsonElement one = await api.SendAsync(HttpMethod.Get, $"{path}/relations/{Uri.EscapeDataString(relation)}", null, cancellationToken);
        writer.Table(["column", "type"], [.. one.GetProperty("info").GetProperty("columns").EnumerateArray().Select(static item => new[] { Text(item, "name"), Text(item, "type") })], [false, false]);
        await notes.WriteLineAsync(Text(one, "definition"));
    }

    /// <summary>Writes a query's result and its changes until it is cancelled; taken up again where a connection was lost.</summary>
    async Task FollowAsync(string query, CancellationToken cancellationToken)
    {
        string? last = null;
        for (int attempt = 0; !cancellationToken.IsCancellationRequested; attempt++)
        {
            string problem = "it ended";
            try
            {
                await foreach (ServerEvent part in api.FollowAsync($"{path}/subscribe?query={Uri.EscapeDataString(query)}", last, cancellationToken))
                {
                    attempt = 0;
                    last = part.Id ?? last;
                    if (part.Name == "snapshot")
                        writer.Snapshot(part.Data.GetProperty("columns"), part.Data.GetProperty("rows"));
                    else if (part.Name == "changes")
                        writer.Changes(part.Data);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // How a subscription ends.
                return;
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException or TaskCanceledException)
            {
                problem = lost.Message;
            }

            if (attempt >= AttemptsMax)
                throw new ApiRefusedException($"the subscription was lost and {AttemptsMax} attempts to take it up failed; the last: {problem}");
            if (attempt == 0)
                await notes.WriteLineAsync($"orrery: the subscription was lost ({problem.TrimEnd('.')}); it is taken up again.");
            try
            {
                await Task.Delay(AttemptPause, time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
