using System.CommandLine;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli;

/// <summary><c>orrery cluster</c>: looks at a running cluster, and has silos leave, through the web API.</summary>
static class ClusterCommand
{
    static readonly SignInOptions SignIn = new("--server");

    public static Command Create()
    {
        var command = new Command("cluster", "Shows a running cluster, and drains or restarts its silos.");
        SignIn.AddTo(command);
        command.Subcommands.Add(Reading("status", "Silos, shards and load in one look.", "cluster", ClusterTable.Status));
        command.Subcommands.Add(Reading("members", "Every silo, also those that ended, and why.", "cluster/silos", silos => ClusterTable.Members(silos, liveOnly: false)));
        command.Subcommands.Add(Leaving("drain", "Has a silo give its shards away and end. Nobody starts it anew.", restart: false));
        command.Subcommands.Add(Leaving("restart", "Drains a silo; whoever supervises its process starts it anew.", restart: true));
        return command;
    }

    static Command Reading(string name, string description, string path, Func<JsonElement, IEnumerable<string>> show)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, async session =>
        {
            foreach (string line in show(await session.SendAsync(HttpMethod.Get, path, null, cancellationToken)))
                Console.WriteLine(line);
        }, cancellationToken));
        return command;
    }

    static Command Leaving(string name, string description, bool restart)
    {
        var silo = new Argument<string>("NAME") { Description = "The silo's name, or name@generation." };
        var reason = new Option<string?>("--reason") { Description = "Shown in the history." };
        var command = new Command(name, description) { silo, reason };
        var unsupervised = new Option<bool>("--unsupervised") { Description = "Ends the silo although nobody is known to start it anew." };
        if (restart)
            command.Options.Add(unsupervised);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, async session =>
        {
            string id = await FindAsync(session, parsed.GetValue(silo)!, cancellationToken);
            object body = restart ? new { reason = parsed.GetValue(reason), unsupervised = parsed.GetValue(unsupervised) } : new { reason = parsed.GetValue(reason) };
            await session.SendAsync(HttpMethod.Post, $"cluster/silos/{Uri.EscapeDataString(id)}/{name}", body, cancellationToken);
            Console.WriteLine(restart ? $"{id} drains and is started anew." : $"{id} drains and ends.");
        }, cancellationToken));
        return command;
    }

    /// <summary>The id of the live silo of this name.</summary>
    static async Task<string> FindAsync(ApiSession session, string name, CancellationToken cancellationToken)
    {
        if (name.Contains('@'))
            return name;
        JsonElement silos = await session.SendAsync(HttpMethod.Get, "cluster/silos", null, cancellationToken);
        string[] live =
        [
            .. silos.EnumerateArray().Where(silo => silo.GetProperty("state").GetString() is not ("left" or "dead")).Select(silo => silo.GetProperty("id").GetString()!),
        ];
        return live.LastOrDefault(id => id[..id.LastIndexOf('@')] == name)
            ?? throw new ApiRefusedException($"no silo '{name}' is live. Live are: {(live.Length == 0 ? "none" : string.Join(", ", live))}.");
    }

    static async Task<int> RunAsync(ParseResult parsed, Func<ApiSession, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession session = await SignIn.OpenAsync(parsed, cancellationToken);
            await run(session);
            return 0;
        }
        catch (Exception problem) when (problem is ApiRefusedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
