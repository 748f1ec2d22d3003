using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Cli.Management;
using Orrery.Cli.Sql;

namespace Orrery.Cli.Jobs;

/// <summary><c>orrery jobs</c>: jobs of the cluster, by the web API.</summary>
static class JobsCommand
{
    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string?>("--tenant") { Description = "Whose jobs. Default: the tenant of who signs in, or the only one there is.", Recursive = true };
        var command = new Command("jobs", "Lists, puts, starts, pauses, resumes, cancels and watches a tenant's jobs, which run in a silo or on an agent.")
        {
            tenant, List(signIn, tenant), Put(signIn, tenant), Watch(signIn, tenant),
            Ask(signIn, tenant, "assess", "Has a worker reach both sides and find out what would be done."),
            Ask(signIn, tenant, "start", "Begins a run; behind a failed or cancelled one it goes on where that was."),
            Ask(signIn, tenant, "pause", "Has the worker put the job down."),
            Ask(signIn, tenant, "resume", "Goes on where it was paused."),
            Ask(signIn, tenant, "cancel", "Ends the run; what it wrote stays."),
            Throttle(signIn, tenant),
            Step(signIn, tenant, "cut-over", "Hands the lead of a migration that follows to its target, if all guards hold; stays until it is done or refused.", isGuarded: true),
            Step(signIn, tenant, "back", "The same back to its source.", isGuarded: true),
            Step(signIn, tenant, "end-follow", "Ends following for good: the database keeps no log for it any more.", isGuarded: false),
        };
        signIn.AddTo(command);
        return command;
    }

    static Command List(SignInOptions signIn, Option<string?> tenant)
    {
        var command = new Command("list", "A line for each job: its id, kind, state, rows, worker, and why it is so.");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            foreach (JsonElement job in (await api.SendAsync(HttpMethod.Get, path, null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync($"{Text(job, "id"),-24} {JobText.Line(job)}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Put(SignInOptions signIn, Option<string?> tenant)
    {
        Argument<string> id = JobArgument();
        var file = new Argument<FileInfo>("file") { Description = "A JSON file: {\"definition\":{\"kind\":\"migrate\",\"from\":\"...\",\"to\":\"...\"},\"runsOn\":\"site/server\"}." };
        var runsOn = new Option<string?>("--runs-on") { Description = "The agent, as site/server, in place of what the file says; empty: a silo." };
        var placement = new Option<string?>("--placement") { Description = "Who opens what, in place of what the file says: silo or agent both sides, or split: the agent the source, a silo the target." };
        placement.AcceptOnlyFromAmong("silo", "agent", "split");
        var command = new Command("put", "Makes or changes a job from a file. Addresses that are left out stay.") { id, file, runsOn, placement };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            JsonObject spec = JsonNode.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken)) as JsonObject ?? throw new JsonException("the file is no JSON object");
            if (parsed.GetValue(runsOn) is { } agent)
                spec["runsOn"] = agent;
            if (parsed.GetValue(placement) is { } place)
                spec["isSplit"] = place == "split";
            if (parsed.GetValue(placement) == "silo")
                spec["runsOn"] = "";
            else if (parsed.GetValue(placement) is { } other && string.IsNullOrEmpty((string?)spec["runsOn"]))
                throw new IOException($"--placement {other} needs an agent: name it by --runs-on site/server.");
            JsonElement put = await api.SendAsync(HttpMethod.Put, $"{path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", JsonSerializer.SerializeToElement(spec), cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(id)}: version {put.GetProperty("version").GetInt64()}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Ask(SignInOptions signIn, Option<string?> tenant, string action, string what)
    {
        Argument<string> id = JobArgument();
        var watch = new Option<bool>("--watch") { Description = "Stays and shows how far it is." };
        var command = new Command(action, what) { id, watch };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            string job = $"{path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}";
            JsonElement answer = await api.SendAsync(HttpMethod.Post, $"{job}/{action}", null, cancellationToken);
            if (parsed.GetValue(watch))
                return await FollowAsync(api, job, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(id)}: {Text(answer, "state")}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Throttle(SignInOptions signIn, Option<string?> tenant)
    {
        Argument<string> id = JobArgument();
        var rows = new Option<long?>("--rows-per-second") { Description = "Over all channels; 0: no bound." };
        var bytes = new Option<long?>("--bytes-per-second") { Description = "Likewise, bytes." };
        var channels = new Option<int?>("--parallel") { Description = "Channels that copy at the same time, 1 to 64." };
        var command = new Command("throttle", "Changes what a job may take of both sides; a run under way goes on and keeps to it from its worker's next word on. What is left out stays.") { id, rows, bytes, channels };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            var change = new { rowsPerSecond = parsed.GetValue(rows), bytesPerSecond = parsed.GetValue(bytes), parallel = parsed.GetValue(channels) };
            JsonElement job = await api.SendAsync(HttpMethod.Put, $"{path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}/throttle", change, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(id)}: version {job.GetProperty("version").GetInt64()}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Step(SignInOptions signIn, Option<string?> tenant, string step, string what, bool isGuarded)
    {
        Argument<string> id = JobArgument();
        var isStopped = new Option<bool>("--source-is-stopped") { Description = "Nothing writes to the leading database any more. Else it has to be read-only." };
        var command = new Command(step, what) { id };
        if (isGuarded)
            command.Add(isStopped);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            string job = $"{path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}";
            await api.SendAsync(HttpMethod.Post, $"{job}/{step}", isGuarded ? JsonSerializer.SerializeToElement(new { sourceIsStopped = parsed.GetValue(isStopped) }) : null, cancellationToken);
            using var line = new WatchLine();
            await foreach (ServerEvent part in api.FollowAsync($"{job}/live", null, cancellationToken))
            {
                if (part.Name != "job" || part.Data.GetProperty("step") is not { ValueKind: JsonValueKind.Object } asked)
                    continue;
                line.Write(JobText.Line(part.Data), Text(part.Data, "state"));
                if (asked.GetProperty("endedAt").ValueKind == JsonValueKind.Null)
                    continue;
                line.Dispose();
                bool isDone = asked.GetProperty("isDone").GetBoolean();
                await output.WriteLineAsync($"{(isDone ? "Done" : "Refused")}: {Text(asked, "outcome")}");
                return isDone ? 0 : 1;
            }

            throw new IOException("the server ended the stream; the step goes on. Watch the job.");
        }, cancellationToken));
        return command;
    }

    static Command Watch(SignInOptions signIn, Option<string?> tenant)
    {
        Argument<string> id = JobArgument();
        var command = new Command("watch", "Shows how far a job is until it rests. The exit code is 1 where it failed, was cancelled, or differs.") { id };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, (api, path, _) => FollowAsync(api, $"{path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellationToken), cancellationToken));
        return command;
    }

    static async Task<int> FollowAsync(ApiSession api, string job, CancellationToken cancellationToken)
    {
        using var line = new WatchLine();
        await foreach (ServerEvent part in api.FollowAsync($"{job}/live", null, cancellationToken))
        {
            if (part.Name != "job")
                continue;
            string state = Text(part.Data, "state");
            line.Write(JobText.Line(part.Data), state);
            if (state is "done" or "failed" or "cancelled" or "paused" or "draft" or "assessed")
            {
                line.Dispose();
                foreach (string said in JobText.Ending(part.Data))
                    Console.WriteLine(said);
                return state == "done" && part.Data.GetProperty("lastRun").GetProperty("isGood").GetBoolean() || state is "paused" or "assessed" ? 0 : 1;
            }
        }

        throw new IOException("the server ended the stream; the job goes on. Watch it again.");
    }

    static Argument<string> JobArgument() => new("job") { Description = "Its id." };

    static string Text(JsonElement element, string property) => element.GetProperty(property).GetString() ?? "";

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, Option<string?> tenant, Func<ApiSession, string, TextWriter, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            string owner = parsed.GetValue(tenant) ?? await SqlCommand.FindTenantAsync(api, cancellationToken);
            return await run(api, $"tenants/{Uri.EscapeDataString(owner)}/jobs", parsed.InvocationConfiguration.Output);
        }
        catch (Exception problem) when (problem is ApiRefusedException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
