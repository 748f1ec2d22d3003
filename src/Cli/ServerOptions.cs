using System.CommandLine;
using Orrery.Silo;

namespace Orrery.Cli;

/// <summary>The options that every command which starts a server has.</summary>
static class ServerOptions
{
    public const string EndsWithInputName = "--ends-with-input";

    public static Option<string> Urls() => new("--urls")
    {
        Description = "Where to listen, such as http://127.0.0.1:7400. Port 0 takes a free one.",
        DefaultValueFactory = _ => "http://127.0.0.1:7400",
        Validators =
        {
            result =>
            {
                foreach (string url in (result.GetValueOrDefault<string>() ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
                    if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
                        result.AddError($"--urls: '{url}' is not an address to listen at. Write it like http://127.0.0.1:7400.");
            },
        },
    };

    public static Option<DirectoryInfo> Data(string fallback) => new("--data")
    {
        Description = "The folder that holds everything: created if it is not there, continued if it is.",
        DefaultValueFactory = _ => new DirectoryInfo(fallback),
    };

    /// <summary>The variable that names the log where --log does not: its settings may hold a password, which is not for the process list.</summary>
    public const string LogVariable = "ORRERY_LOG";

    public static Option<string?> Log() => new("--log")
    {
        Description = $"Where the log is: {LogAddress.Form}. Also read from the variable {LogVariable}. Default: segment files in the data folder.",
    };

    /// <summary>What <see cref="Log"/> or its variable says.</summary>
    /// <exception cref="WrongInputException">It cannot be used.</exception>
    public static string? ReadLog(ParseResult parsed, Option<string?> option)
    {
        string? address = parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(LogVariable);
        if (string.IsNullOrWhiteSpace(address))
            return null;
        try
        {
            LogAddress.Parse(address);
            return address;
        }
        catch (FormatException wrong)
        {
            throw new WrongInputException($"--log: {wrong.Message}");
        }
    }

    /// <summary>Given by a process that supervises this one.</summary>
    public static Option<bool> EndsWithInput() => new(EndsWithInputName)
    {
        Description = "Ends when standard input does: a supervisor's children end with it.",
        Hidden = true,
    };
}
