using System.CommandLine;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary><c>orrery operations</c>: what agents at sites are asked to do, by the web API.</summary>
static class OperationsCommand
{
    static readonly Dictionary<string, string> Kinds = new() { ["restart"] = "restartService", ["logs"] = "collectLogs", ["upgrade"] = "upgradeAgent" };

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var server = new Argument<string>("agent") { Description = "The agent's key: tenant/site/server." };
        var operation = new Argument<string>("operation") { Description = "Its key: tenant/site/id." };
        var reason = new Option<string?>("--reason") { Description = "Why." };
        var site = new Option<string?>("--site") { Description = "All of this site, tenant/site, also those that have ended." };
        var command = new Command("operations", "Lists, asks for, approves and cancels operations at sites: a service restarted, logs collected, the agent upgraded.");
        foreach ((string word, string kind) in Kinds)
        {
            var target = new Argument<string>(word == "restart" ? "service" : word == "logs" ? "folder" : "version") { Description = word == "upgrade" ? "Of the agent." : "By its name in the agent's settings." };
            var ask = new Command(word, $"Asks for it: {(word == "restart" ? "a service restarted" : word == "logs" ? "the newest logs of a folder, collected into an archive" : "a version of the agent, wished for")}.") { server, target, reason };
            ask.Asks(signIn, async (parsed, api, output, cancellationToken) =>
            {
                string[] parts = ApiCommands.KeyParts(parsed.GetValue(server)!, 3, "tenant/site/server");
                object body = new { server = parts[2], kind, target = parsed.GetValue(target), reason = parsed.GetValue(reason) };
                await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, $"tenants/{parts[0]}/sites/{parts[1]}/operations", body, cancellationToken)));
            });
            command.Add(ask);
        }

        var list = new Command("list", "A line for each operation under way.") { site };
        list.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            if (parsed.GetValue(site) is { } key)
            {
                string[] parts = ApiCommands.KeyParts(key, 2, "tenant/site");
                foreach (JsonElement one in (await api.SendAsync(HttpMethod.Get, $"tenants/{parts[0]}/sites/{parts[1]}/operations", null, cancellationToken)).EnumerateArray())
                    await output.WriteLineAsync(Line(one));
            }
            else
            {
                await foreach (JsonElement one in api.PagesAsync("operations", cancellationToken))
                    await output.WriteLineAsync(Line(one));
            }
        });
        var show = new Command("show", "One operation: its steps and its output.") { operation };
        show.Asks(signIn, async (parsed, api, output, cancellationToken) =>
        {
            JsonElement one = await api.SendAsync(HttpMethod.Get, PathOf(parsed.GetValue(operation)!), null, cancellationToken);
            await output.WriteLineAsync(Line(one));
            foreach (JsonElement step in one.GetProperty("steps").EnumerateArray())
                await output.WriteLineAsync($"  {step.Text("at")}  {step.Text("state"),-10} {step.Text("by")}");
            if (one.GetProperty("output").GetString() is { Length: > 0 } said)
                await output.WriteLineAsync(said);
        });
        var approve = new Command("approve", "Approves another user's operation.") { operation };
        approve.Asks(signIn, async (parsed, api, output, cancellationToken) => await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, PathOf(parsed.GetValue(operation)!) + "/approve", new { }, cancellationToken))));
        var cancel = new Command("cancel", "Takes an operation back that has not begun.") { operation, reason };
        cancel.Asks(signIn, async (parsed, api, output, cancellationToken) => await output.WriteLineAsync(Line(await api.SendAsync(HttpMethod.Post, PathOf(parsed.GetValue(operation)!) + "/cancel", new { reason = parsed.GetValue(reason) }, cancellationToken))));
        command.Add(list);
        command.Add(show);
        command.Add(approve);
        command.Add(cancel);
        signIn.AddTo(command);
        return command;
    }

    static string PathOf(string key) => ApiCommands.KeyParts(key, 3, "tenant/site/id") is [var tenant, var site, var id] ? $"tenants/{tenant}/sites/{site}/operations/{id}" : "";

    static string Line(JsonElement one)
    {
        JsonElement asked = one.GetProperty("request");
        string why = one.GetProperty("reason").ValueKind == JsonValueKind.Null ? "" : $": {one.Text("reason")}";
        return $"{one.Text("site")}/{asked.Text("id"),-18} {one.Text("state"),-10} {asked.Text("kind")} {asked.Text("target")} at {asked.Text("server")}{why}";
    }
}
