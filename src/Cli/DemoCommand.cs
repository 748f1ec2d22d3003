using System.CommandLine;
using Orrery.Cli.Demo;
using Orrery.Cli.Hosting;

namespace Orrery.Cli;

/// <summary><c>orrery demo</c>: everything embedded, a simulated fleet, and this machine as one real site.</summary>
static class DemoCommand
{
    /// <summary>More sites than this would measure the simulator and not the server.</summary>
    const int SitesMax = 2_000;

    public static Command Create()
    {
        Option<string> urls = ServerOptions.Urls();
        Option<DirectoryInfo> data = ServerOptions.Data(Path.Combine(".orrery", "demo"));
        var sites = new Option<int>("--sites")
        {
            Description = $"How many sites to simulate, 0 to {SitesMax}.",
            DefaultValueFactory = _ => 20,
            Validators =
            {
                result =>
                {
                    if (result.GetValueOrDefault<int>() is < 0 or > SitesMax)
                        result.AddError($"--sites: {result.GetValueOrDefault<int>()} is not between 0 and {SitesMax}.");
                },
            },
        };
        var password = new Option<string?>("--password") { Description = "The administrator's password, at least 10 characters. Without it one is made up and kept with the data." };
        var command = new Command("demo", "Starts one process with a simulated fleet, and watches this machine with the real agent.") { urls, data, sites, password };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetValue(urls)!, parsed.GetValue(data)!, parsed.GetValue(sites), parsed.GetValue(password), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string urls, DirectoryInfo data, int sites, string? password, CancellationToken cancellationToken)
    {
        if (password is { Length: < 10 })
        {
            await Console.Error.WriteLineAsync("orrery: --password is too short: use at least 10 characters.");
            return 2;
        }

        await using var server = await OrreryServer.TryStartAsync(urls, data, cancellationToken);
        if (server is null)
            return 1;
        DemoState state = DemoState.Load(data, password);
        await server.EnsureAdministratorAsync(state.Password, overwrite: password is not null);
        state.Save(data);

        await using DemoFleet fleet = await DemoFleet.CreateAsync(server, data, state, sites);
        Welcome.Print(server, data, $"admin / {state.Password}",
        [
            $"{fleet.Simulated} simulated sites of {fleet.Tenants} tenants, with six hours of history at the first start.",
            $"This machine is the server {fleet.ThisMachine}, watched by the real agent.",
        ]);
        fleet.Start();
        return await server.RunUntilStoppedAsync(cancellationToken);
    }
}
