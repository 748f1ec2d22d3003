using System.CommandLine;

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

    /// <summary>Given by a process that supervises this one.</summary>
    public static Option<bool> EndsWithInput() => new(EndsWithInputName)
    {
        Description = "Ends when standard input does: a supervisor's children end with it.",
        Hidden = true,
    };
}
