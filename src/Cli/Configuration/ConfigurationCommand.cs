using System.CommandLine;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Configuration;

/// <summary><c>orrery config</c>: documents that servers are configured by, through the web API.</summary>
static class ConfigurationCommand
{
    static readonly Argument<string> Document = new("document") { Description = "As namespace/name." };

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string?>("--tenant") { Description = "Whose layers; left out: the vendor's.", Recursive = true };
        var command = new Command("config", "Reads, writes, compares and rolls back the layers of documents that servers are configured by.")
        {
            tenant, List(signIn), Get(signIn, tenant), Set(signIn, tenant), Diff(signIn, tenant), History(signIn, tenant), Rollback(signIn, tenant), End(signIn, tenant, "approve"), End(signIn, tenant, "stop"),
            Status(signIn, tenant),
        };
        signIn.AddTo(command);
        return command;
    }

    static Command List(SignInOptions signIn)
    {
        var command = new Command("list", "A line for each document.");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            foreach (JsonElement document in (await api.SendAsync(HttpMethod.Get, "config/documents", null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync($"{Text(document, "document"),-32} {Text(document.GetProperty("definition"), "format"),-10} {(document.GetProperty("needsApproval").GetBoolean() ? "approval  " : "")}{Text(document.GetProperty("definition"), "description")}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Get(SignInOptions signIn, Option<string?> tenant)
    {
        Option<string?> layer = Layer(), server = new("--of") { Description = "Instead of a layer: what this server (site/server) is to have." };
        var command = new Command("get", "Prints a layer, or what a server is to have. Secrets are not shown.") { Document, layer, server };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            string path = parsed.GetValue(server) is { } of
                ? $"{PathOf(parsed, tenant)}/effective?site={Escaped(of.Split('/')[0])}&server={Escaped(of.Split('/')[^1])}"
                : $"{PathOf(parsed, tenant)}/layers/{LayerOf(parsed, tenant, layer)}";
            await output.WriteAsync(Text(await api.SendAsync(HttpMethod.Get, path, null, cancellationToken), "text"));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Set(SignInOptions signIn, Option<string?> tenant)
    {
        var file = new Argument<FileInfo>("file") { Description = "The whole layer in the document's format." };
        Option<string?> layer = Layer(), comment = new("--comment") { Description = "Why." };
        var draft = new Option<bool>("--draft") { Description = "Keeps it until it is started." };
        var seen = new Option<long?>("--seen") { Description = "The version that the file was made from. Default: the one that is there now." };
        var waves = new Option<string[]>("--wave") { Description = "A wave as PERCENT:MINUTES or tag=TAG:MINUTES; several in their order. Left out: all servers at once.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("set", "Writes a layer and rolls it out.") { Document, file, layer, comment, draft, seen, waves };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            string path = $"{PathOf(parsed, tenant)}/layers/{LayerOf(parsed, tenant, layer)}";
            long version = parsed.GetValue(seen) ?? (await api.SendAsync(HttpMethod.Get, path, null, cancellationToken)).GetProperty("version").GetInt64();
            object[] steps = [.. (parsed.GetValue(waves) ?? []).Select(Wave)];
            JsonElement change = await api.SendAsync(HttpMethod.Put, path, new
            {
                text = await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken), comment = parsed.GetValue(comment), isDraft = parsed.GetValue(draft),
                rollout = steps.Length == 0 ? null : new { waves = steps },
            }, cancellationToken, version);
            await output.WriteLineAsync(Line(change));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Diff(SignInOptions signIn, Option<string?> tenant)
    {
        var from = new Argument<long>("from") { Description = "A version." };
        var to = new Argument<long>("to") { Description = "Another." };
        var command = new Command("diff", "What differs between two versions. The exit code is 1 where something does.") { Document, from, to };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            JsonElement differences = await api.SendAsync(HttpMethod.Get, $"{PathOf(parsed, tenant)}/differences?from={parsed.GetValue(from)}&to={parsed.GetValue(to)}", null, cancellationToken);
            foreach (JsonElement each in differences.EnumerateArray())
            {
                if (each.GetProperty("from").GetString() is { } before)
                    await output.WriteLineAsync($"- {Text(each, "path")} {before}");
                if (each.GetProperty("to").GetString() is { } after)
                    await output.WriteLineAsync($"+ {Text(each, "path")} {after}");
            }

            return differences.GetArrayLength() == 0 ? 0 : 1;
        }, cancellationToken));
        return command;
    }

    static Command History(SignInOptions signIn, Option<string?> tenant)
    {
        Option<string?> layer = Layer();
        var command = new Command("history", "Versions, the newest first.") { Document, layer };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            foreach (JsonElement change in (await api.SendAsync(HttpMethod.Get, $"{PathOf(parsed, tenant)}/versions?layer={Escaped(parsed.GetValue(layer) ?? "")}", null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync(Line(change));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Rollback(SignInOptions signIn, Option<string?> tenant)
    {
        var version = new Argument<long>("version") { Description = "That the layer is to be as again." };
        Option<string?> layer = Layer();
        var command = new Command("rollback", "Gives a layer the content of an earlier version, as a further version.") { Document, version, layer };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            string path = $"{PathOf(parsed, tenant)}/layers/{LayerOf(parsed, tenant, layer)}";
            long seen = (await api.SendAsync(HttpMethod.Get, path, null, cancellationToken)).GetProperty("version").GetInt64();
            await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, $"{path}/rollback", new { version = parsed.GetValue(version) }, cancellationToken, seen)));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command End(SignInOptions signIn, Option<string?> tenant, string action)
    {
        var version = new Argument<long>("version") { Description = "Which change." };
        var command = new Command(action, action == "approve" ? "Approves another user's change, which starts it." : "Rejects a change that waits, or takes back one that is rolling.") { Document, version };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, $"{PathOf(parsed, tenant)}/versions/{parsed.GetValue(version)}/{action}", new { }, cancellationToken)));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Status(SignInOptions signIn, Option<string?> tenant)
    {
        var command = new Command("status", "What a tenant's servers report to have. The exit code is 1 where one has another value than it is to have.") { Document };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            if (parsed.GetValue(tenant) is null)
                throw new ApiRefusedException("servers belong to a tenant: name it by --tenant.");
            bool differs = false;
            foreach (JsonElement server in (await api.SendAsync(HttpMethod.Get, $"{PathOf(parsed, tenant)}/servers", null, cancellationToken)).EnumerateArray())
            {
                string? since = server.GetProperty("driftSince").GetString();
                differs |= since is not null;
                await output.WriteLineAsync($"{Text(server, "server"),-40} has {Text(server, "mark"),-8} wants {Text(server, "wantedMark"),-8} {(since is null ? "same" : $"differs since {since}")} {Text(server, "error")}".TrimEnd());
            }

            return differs ? 1 : 0;
        }, cancellationToken));
        return command;
    }

    static Option<string?> Layer() => new("--layer") { Description = "product, version:ID, tenant, site:SITE or server:SITE:SERVER. Default: product, or tenant with --tenant." };

    static object Wave(string text)
    {
        string[] parts = text.Split(':');
        bool isTag = parts[0].StartsWith("tag=", StringComparison.Ordinal);
        double percent = 0;
        return parts.Length == 2 && (isTag || double.TryParse(parts[0], System.Globalization.CultureInfo.InvariantCulture, out percent)) && double.TryParse(parts[1], System.Globalization.CultureInfo.InvariantCulture, out double minutes)
            ? new { percent, minutes, tag = isTag ? parts[0]["tag=".Length..] : null }
            : throw new ApiRefusedException($"'{text}' is no wave. Write it like 10:30 (10 percent, watched for 30 minutes) or tag=pilot:30.");
    }

    static string Line(JsonElement change) => $"{change.GetProperty("version").GetInt64(),-5} {Text(change, "layer"),-24} {Text(change, "state"),-9} {Text(change, "at")} {Text(change, "user")} {Text(change, "comment")} {Text(change, "reason")}".TrimEnd();

    static string PathOf(ParseResult parsed, Option<string?> tenant)
    {
        string document = parsed.GetValue(Document)!;
        if (document.Split('/') is not [var space, var name])
            throw new ApiRefusedException($"'{document}' is no document: write it as namespace/name.");
        return parsed.GetValue(tenant) is { } owner ? $"tenants/{Escaped(owner)}/config/{Escaped(space)}/{Escaped(name)}" : $"config/documents/{Escaped(space)}/{Escaped(name)}";
    }

    static string LayerOf(ParseResult parsed, Option<string?> tenant, Option<string?> layer) => Escaped(parsed.GetValue(layer) ?? (parsed.GetValue(tenant) is null ? "product" : "tenant"));

    static string Escaped(string text) => Uri.EscapeDataString(text);

    static string Text(JsonElement element, string property) => element.TryGetProperty(property, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, Func<ApiSession, TextWriter, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            return await run(api, parsed.InvocationConfiguration.Output);
        }
        catch (Exception problem) when (problem is ApiRefusedException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
