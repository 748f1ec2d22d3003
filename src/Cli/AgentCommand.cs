using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Agent;
using Orrery.Agent.Versions;

namespace Orrery.Cli;

/// <summary><c>orrery agent</c>: the site agent alone.</summary>
static class AgentCommand
{
    public static Command Create()
    {
        var server = new Option<string?>("--server") { Description = "The address of Orrery, such as https://orrery.example.com." };
        var key = new Option<string?>("--key") { Description = "The site's key, ok_..., made in the portal under the site. Also read from the variable ORRERY_KEY, which keeps it out of the process list." };
        var name = new Option<string?>("--name") { Description = "The server's id within the site. Default: made from the machine's name." };
        var interval = new Option<string?>("--interval") { Description = "How often CPU, memory and load are read: 2s (the default), 500ms, 1m." };
        var buffer = new Option<DirectoryInfo?>("--buffer") { Description = "The folder that keeps samples while Orrery is away. Default: .orrery/agent." };
        var watch = new Option<string[]>("--watch") { Description = "A process to watch by name; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var database = new Option<string[]>("--database") { Description = "A database to watch, NAME=ENGINE:CONNECTIONSTRING with the engines mysql, mariadb, postgresql, sqlserver, sqlite; may be repeated." };
        var jobs = new Option<bool>("--jobs") { Description = "Lets the cloud have this agent run jobs, such as migrations from this site's databases; the agent asks for them." };
        var versionKey = new Option<string?>("--version-key") { Description = "The public key, as base64, whose holder signs versions of the agent that the cloud may install here; needs --launch." };
        var launch = new Option<DirectoryInfo?>("--launch") { Description = "This process starts the agent and stays beside it, and keeps versions that roll-outs bring in this folder: a new one that does not report is replaced by the one before." };
        var trial = new Option<int>("--trial-seconds") { Description = "How long a new version may take until the cloud has answered it, 5 to 3600.", DefaultValueFactory = _ => (int)AgentLauncher.TrialDefault.TotalSeconds };
        var config = new Option<FileInfo?>("--config") { Description = "A JSON file with the same settings, described in docs/guides/agent.md; options of the command line win." };
        var command = new Command("agent", "Watches this machine, and databases where they are named, for one site.") { server, key, name, interval, buffer, watch, database, jobs, versionKey, launch, trial, config, Pack() };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                if (parsed.GetValue(launch) is { } versions && Environment.GetEnvironmentVariable(VersionFolder.Variable) is null)
                    return await LaunchAsync(versions.FullName, parsed.GetValue(trial), cancellationToken);
                var options = new AgentOptions
                {
                    Key = Environment.GetEnvironmentVariable("ORRERY_KEY") ?? "",
                    BufferDirectory = Path.GetFullPath(Path.Combine(".orrery", "agent")),
                };
                if (parsed.GetValue(config) is { } file)
                    options = AgentOptionsFile.Read(file.FullName, options);
                options = options with
                {
                    Server = parsed.GetValue(server) is { } text ? ParseAddress(text) : options.Server,
                    Key = parsed.GetValue(key) ?? options.Key,
                    Name = parsed.GetValue(name) ?? options.Name,
                    Interval = parsed.GetValue(interval) is { } every ? ParseInterval(every) : options.Interval,
                    BufferDirectory = parsed.GetValue(buffer)?.FullName ?? options.BufferDirectory,
                    Watch = parsed.GetValue(watch) is { Length: > 0 } watched ? watched : options.Watch,
                    Databases = parsed.GetValue(database) is { Length: > 0 } databases ? [.. databases.Select(DatabaseTarget.Parse)] : options.Databases,
                };
                if (parsed.GetValue(jobs))
                    options = options with { Jobs = options.Jobs with { Allow = true } };
                if (parsed.GetValue(versionKey) is { } trusted)
                    options = options with { Jobs = options.Jobs with { VersionKey = trusted } };
                if (Environment.GetEnvironmentVariable(VersionFolder.Variable) is { Length: > 0 } folder)
                    options = options with { Versions = new VersionFolder(folder) };
                if (options.Server is null)
                    throw new ArgumentException("--server is missing: the address of Orrery, such as https://orrery.example.com.");
                if (options.Key.Length == 0)
                    throw new ArgumentException("--key is missing: make a key in the portal under the site, and give it here or in the variable ORRERY_KEY.");
                options.Validate();
                return await RunAsync(options, cancellationToken);
            }
            catch (Exception problem) when (problem is ArgumentException or FormatException)
            {
                await Console.Error.WriteLineAsync($"orrery: {problem.Message}");
                return 2;
            }
        });
        return command;
    }

    static Command Pack()
    {
        var program = new Argument<DirectoryInfo>("program") { Description = "The folder of the built program." };
        var version = new Option<string>("--version-name") { Description = "The version's name, as roll-outs have it: a-z, 0-9, '.', '_', '-'.", Required = true };
        var key = new Option<FileInfo>("--key") { Description = "The file of the private key that signs, made where it is not.", Required = true };
        var output = new Option<DirectoryInfo>("--output") { Description = "The folder of packages: agent-packages in the cloud's data folder.", Required = true };
        var command = new Command("pack", "Makes a package of a version of the agent, signed; prints the public key that agents are to trust (--version-key).") { program, version, key, output };
        command.SetAction(parsed =>
        {
            if (!Interfaces.EntityKeys.IsPart(parsed.GetValue(version)))
            {
                Console.Error.WriteLine($"orrery: '{parsed.GetValue(version)}' cannot be a version's name: use a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.");
                return 2;
            }

            using System.Security.Cryptography.ECDsa signer = Orrery.Jobs.Certificates.SignedCertificate.ReadOrMakeKey(parsed.GetValue(key)!.FullName);
            Console.WriteLine(AgentPackage.Make(parsed.GetValue(program)!.FullName, parsed.GetValue(version)!, signer, parsed.GetValue(output)!.FullName));
            return 0;
        });
        return command;
    }

    /// <summary>The agent is this program with the same arguments, or another version of it.</summary>
    static async Task<int> LaunchAsync(string folder, int trialSeconds, CancellationToken cancellationToken)
    {
        if (trialSeconds is < 5 or > 3600)
            throw new ArgumentException($"--trial-seconds is {trialSeconds}: 5 to 3600.");
        using ILoggerFactory logs = Logs();
        var versions = new VersionFolder(folder);
        return await new AgentLauncher(versions, Start, TimeSpan.FromSeconds(trialSeconds), TimeProvider.System, logs.CreateLogger<AgentLauncher>()).RunAsync(cancellationToken);

        Process Start(string version)
        {
            string program = Path.Combine(version.Length > 0 ? versions.PathOf(version) : AppContext.BaseDirectory, "orrery");
            // Its own program, or its library where a .NET that is installed runs it.
            var start = File.Exists(program + ".dll") && Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? new ProcessStartInfo(Environment.ProcessPath!, [program + ".dll"]) : new ProcessStartInfo(OperatingSystem.IsWindows() ? program + ".exe" : program);
            foreach (string argument in Environment.GetCommandLineArgs().Skip(1))
                start.ArgumentList.Add(argument);
            start.RedirectStandardInput = true;
            start.Environment[VersionFolder.Variable] = folder;
            return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        }
    }

    static ILoggerFactory Logs() => LoggerFactory.Create(builder => builder.AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss ";
    }));

    static async Task<int> RunAsync(AgentOptions options, CancellationToken stopping)
    {
        using ILoggerFactory logs = Logs();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        CancellationToken cancellationToken = end.Token;
        if (options.Versions is not null)
            _ = EndWithInputAsync(end);
        Console.WriteLine($"Watching this machine as '{options.ServerId}' for {options.Server}. Ctrl-C ends it.");
        try
        {
            await new AgentRunner(options, TimeProvider.System, logs.CreateLogger<AgentRunner>()).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what waits is in the buffer's folder.
        }

        return options.Versions?.Staged is not null ? VersionFolder.StagedExitCode : 0;
    }

    /// <summary>A launcher that is gone leaves no agent behind.</summary>
    static async Task EndWithInputAsync(CancellationTokenSource end)
    {
        using Stream input = Console.OpenStandardInput();
        byte[] buffer = new byte[16];
        while (await input.ReadAsync(buffer) > 0)
        {
            // Nothing is said on it.
        }

        await end.CancelAsync();
    }

    static Uri ParseAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
        ? address
        : throw new ArgumentException($"--server: '{text}' is not an address. Write it like https://orrery.example.com.");

    static TimeSpan ParseInterval(string text)
    {
        (string number, double scale) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ => (text, 1),
        };
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e6
            ? TimeSpan.FromSeconds(value * scale)
            : throw new ArgumentException($"--interval: '{text}' is not a time. Write it like 2s, 500ms or 1m.");
    }
}
