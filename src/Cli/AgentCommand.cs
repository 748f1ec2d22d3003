using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Agent;

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
        var config = new Option<FileInfo?>("--config") { Description = "A JSON file with the same settings, described in docs/guides/agent.md; options of the command line win." };
        var command = new Command("agent", "Watches this machine, and databases where they are named, for one site.") { server, key, name, interval, buffer, watch, database, jobs, config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
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

    static async Task<int> RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        using ILoggerFactory logs = LoggerFactory.Create(builder => builder.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }));
        Console.WriteLine($"Watching this machine as '{options.ServerId}' for {options.Server}. Ctrl-C ends it.");
        try
        {
            await new AgentRunner(options, TimeProvider.System, logs.CreateLogger<AgentRunner>()).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: what waits is in the buffer's folder.
        }

        return 0;
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
