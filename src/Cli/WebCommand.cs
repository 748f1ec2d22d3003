using System.CommandLine;
using Orrery.Cli.Hosting;

namespace Orrery.Cli;

/// <summary><c>orrery web</c>: API and portal of a cluster, in a process that hosts no silo.</summary>
static class WebCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptionSet(hostsSilo: false, "The cluster whose grains are asked.");
        Option<string> urls = ServerOptions.Urls();
        Option<bool> endsWithInput = ServerOptions.EndsWithInput();
        var command = new Command("web", "Starts the API and the portal of a cluster, without a silo. The first start prints a one-time administrator password.") { urls, endsWithInput };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            var plan = new ServerPlan { Cluster = cluster.ReadRequired(parsed), Urls = parsed.GetValue(urls), HostsSilo = false, EndsWithInput = parsed.GetValue(endsWithInput) };
            await using var server = await OrreryServer.TryStartAsync(plan, cancellationToken);
            if (server is null)
                return 1;
            // A supervisor chooses the password itself.
            string? password = plan.EndsWithInput ? null : await Administrator.EnsureAsync(server.Grains, chosenPassword: null);
            Welcome.Print(server, plan, password is null ? null : Welcome.Once(password), []);
            return await server.RunUntilStoppedAsync(cancellationToken);
        }));
        return command;
    }
}
