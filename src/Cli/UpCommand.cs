using System.CommandLine;
using Orrery.Cli.Hosting;

namespace Orrery.Cli;

/// <summary><c>orrery up</c>: one process with everything embedded.</summary>
static class UpCommand
{
    public static Command Create()
    {
        Option<string> urls = ServerOptions.Urls();
        Option<DirectoryInfo> data = ServerOptions.Data(Path.Combine(".orrery", "data"));
        var command = new Command("up", "Starts one process with everything in it. The first start prints a one-time administrator password.") { urls, data };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(urls)!, parsed.GetValue(data)!, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(string urls, DirectoryInfo data, CancellationToken cancellationToken)
    {
        await using var server = await OrreryServer.TryStartAsync(urls, data, cancellationToken);
        if (server is null)
            return 1;
        string? password = await server.EnsureAdministratorAsync(chosenPassword: null);
        Welcome.Print(server, data, password is null ? null : $"admin / {password}   (shown this once: change it after signing in)", []);
        return await server.RunUntilStoppedAsync(cancellationToken);
    }
}
