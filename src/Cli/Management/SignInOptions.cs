using System.CommandLine;
using System.CommandLine.Parsing;

namespace Orrery.Cli.Management;

/// <summary>Where a process with API is, and who asks it: the options of the commands that are its clients.</summary>
sealed class SignInOptions
{
    const string TokenVariable = "ORRERY_TOKEN";
    const string PasswordVariable = "ORRERY_PASSWORD";

    readonly Option<Uri> server;

    /// <param name="server">The name of the address' option, then others that mean the same.</param>
    public SignInOptions(params string[] server)
    {
        this.server = new Option<Uri>(server[0], server[1..])
        {
            Description = "The address of a process with API.",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:7400"),
            CustomParser = result => Read(server[0], result),
            Recursive = true,
        };
    }

    Option<string> User { get; } = new("--user")
    {
        Description = $"Who signs in. The password is read from {PasswordVariable} or --password-file; a token in {TokenVariable} takes the place of both.",
        DefaultValueFactory = _ => "admin",
        Recursive = true,
    };

    Option<FileInfo?> PasswordFile { get; } = new("--password-file") { Description = "A file with the password.", Recursive = true };

    public void AddTo(Command command)
    {
        command.Options.Add(server);
        command.Options.Add(User);
        command.Options.Add(PasswordFile);
    }

    /// <exception cref="ApiRefusedException">There is nobody to sign in as, the server cannot be reached, or does not let this person in.</exception>
    /// <exception cref="IOException">The file with the password cannot be read.</exception>
    public async Task<ApiSession> OpenAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? token = Environment.GetEnvironmentVariable(TokenVariable);
        string? password = parsed.GetValue(PasswordFile) is { } file ? (await File.ReadAllTextAsync(file.FullName, cancellationToken)).Trim() : Environment.GetEnvironmentVariable(PasswordVariable);
        if (string.IsNullOrEmpty(token) && string.IsNullOrEmpty(password))
            throw new ApiRefusedException($"nobody to sign in as: set {PasswordVariable} (for --user {parsed.GetValue(User)}) or {TokenVariable}, or name a --password-file.");
        return await ApiSession.OpenAsync(parsed.GetValue(server)!, string.IsNullOrEmpty(token) ? null : token, parsed.GetValue(User)!, password, cancellationToken);
    }

    static Uri? Read(string name, ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"{name}: '{result.Tokens[0].Value}' is not an address. Write it like http://127.0.0.1:7400.");
        return null;
    }
}
