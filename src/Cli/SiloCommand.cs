using System.CommandLine;
using Orrery.Cli.Hosting;

namespace Orrery.Cli;

/// <summary><c>orrery silo</c>: one silo of a cluster, without API and portal.</summary>
static class SiloCommand
{
    public static Command Create()
    {
        var cluster = new ClusterOptionSet(hostsSilo: true, "The cluster that the silo joins.");
        var data = new Option<DirectoryInfo?>("--data")
        {
            Description = "The folder with the log of samples and the installation key. Silos of one machine share it; silos of several machines need one that all of them reach.",
        };
        Option<bool> endsWithInput = ServerOptions.EndsWithInput();
        Option<string?> log = ServerOptions.Log();
        var command = new Command("silo", "Starts one silo of a cluster: it hosts grains, without API and portal.") { data, log, endsWithInput };
        cluster.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Refusals.TellAsync(async () =>
        {
            var plan = new ServerPlan
            {
                Cluster = cluster.ReadRequired(parsed),
                Data = parsed.GetValue(data) ?? throw new WrongInputException("--data is missing: name the folder with the log of samples and the installation key, the same one for every silo of this machine."),
                Log = ServerOptions.ReadLog(parsed, log),
                EndsWithInput = parsed.GetValue(endsWithInput),
            };
            await using var server = await OrreryServer.TryStartAsync(plan, cancellationToken);
            if (server is null)
                return 1;
            Console.WriteLine($"Silo {plan.Cluster.SiloName} is up (process {Environment.ProcessId}).");
            return await server.RunUntilStoppedAsync(cancellationToken);
        }));
        return command;
    }
}
