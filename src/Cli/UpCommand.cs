using System.CommandLine;
using Orrery.Cli.Hosting;

namespace Orrery.Cli;

/// <summary><c>orrery up</c>: silo, API and portal in one process; alone, or a member of a cluster.</summary>
static class UpCommand
{
    public static Command Create()
    {
        Option<string> urls = ServerOptions.Urls();
        Option<DirectoryInfo> data = ServerOptions.Data(Path.Combine(".orrery", "data"));
        Option<string?> log = ServerOptions.Log();
        var cluster = new ClusterOptionSet(hostsSilo: true, "Makes this process a member of a cluster; without it it is alone and keeps everything in --data.");
        var command = new Command("up", "Starts one process with everything in it. The first start prints a one-time administrator password.") { urls, data, log };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            var plan = new ServerPlan { Urls = parsed.GetValue(urls), Data = parsed.GetValue(data), Cluster = cluster.Read(parsed), Log = ServerOptions.ReadLog(parsed, log) };
            await using var server = await OrreryServer.TryStartAsync(plan, cancellationToken);
            if (server is null)
                return 1;
            string? password = await Administrator.EnsureAsync(server.Grains, chosenPassword: null);
            Welcome.Print(server, plan, password is null ? null : Welcome.Once(password), []);
            return await server.RunUntilStoppedAsync(cancellationToken);
        }));
        return command;
    }
}
