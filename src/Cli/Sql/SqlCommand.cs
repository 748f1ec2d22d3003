using System.CommandLine;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.Sql;

/// <summary><c>orrery sql</c>: asks and makes a tenant's tables and views, from the command line, a file, or at a prompt.</summary>
static class SqlCommand
{
    /// <summary>Tenants that are named where one has to be chosen.</summary>
    const int TenantsNamed = 20;

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string?>("--tenant") { Description = "Whose tables and views. Default: the tenant of who signs in, or the only one there is." };
        var text = new Option<string?>("--command", "-c") { Description = "Statements with semicolons between them." };
        var file = new Option<FileInfo?>("--file", "-f") { Description = "A file with statements; '-' reads them from standard input." };
        var format = new Option<OutputFormat>("--format") { Description = "How answers are written: table, csv (the rows alone), json (an answer a line).", DefaultValueFactory = static _ => OutputFormat.Table };
        var archive = new Option<string?>("--archive") { Description = "Asks an archive instead, as 'orrery archive' made it, in its own database's SQL, reading only: its folder, its file, or its address (see there). No server is needed." };
        var command = new Command("sql", "Asks a tenant's tables and views. Without -c and -f it reads statements at a prompt. SUBSCRIBE goes on until Ctrl-C. The exit code is 1 where a statement cannot be run.")
        {
            tenant, text, file, format, archive,
        };
        signIn.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(text) is not null && result.GetValue(file) is not null)
                result.AddError("-c and -f exclude each other: give the statements in one of them.");
        });
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(archive) is { } place
            ? ArchiveSql.RunAsync(place, parsed.GetValue(text), parsed.GetValue(file), parsed.GetValue(format), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, cancellationToken)
            : RunAsync(parsed, signIn, parsed.GetValue(tenant), parsed.GetValue(text), parsed.GetValue(file), parsed.GetValue(format), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, string? tenant, string? text, FileInfo? file, OutputFormat format, CancellationToken cancellationToken)
    {
        TextWriter output = parsed.InvocationConfiguration.Output, notes = parsed.InvocationConfiguration.Error;
        try
        {
            string? script = text ?? await ReadAsync(file, cancellationToken);
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            var session = new SqlSession(api, tenant ?? await FindTenantAsync(api, cancellationToken), new ResultWriter(output, notes, format), notes, TimeProvider.System);
            if (script is not null)
                return await session.RunAsync(script, file?.Name, cancellationToken) ? 0 : 1;
            await new SqlPrompt(session, output, notes, PromptHistory.Open()).RunAsync(cancellationToken);
            return 0;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await notes.WriteLineAsync("orrery: stopped.");
            return 1;
        }
        catch (Exception problem) when (problem is ApiRefusedException or IOException or UnauthorizedAccessException)
        {
            await notes.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }

    /// <summary>The statements of a file or of standard input; null: they are asked for at a prompt.</summary>
    internal static async Task<string?> ReadAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null ? Console.IsInputRedirected : file.Name == "-")
            return await Console.In.ReadToEndAsync(cancellationToken);
        return file is null ? null : await File.ReadAllTextAsync(file.FullName, cancellationToken);
    }

    /// <summary>The tenant of who signed in, or the only one there is.</summary>
    public static async Task<string> FindTenantAsync(ApiSession api, CancellationToken cancellationToken)
    {
        JsonElement user = await api.SendAsync(HttpMethod.Get, "session", null, cancellationToken);
        if (user.TryGetProperty("tenant", out JsonElement own) && own.ValueKind == JsonValueKind.String)
            return own.GetString()!;
        JsonElement found = await api.SendAsync(HttpMethod.Get, $"tenants?limit={TenantsNamed}", null, cancellationToken);
        string[] tenants = [.. found.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString()!)];
        return tenants.Length == 1
            ? tenants[0]
            : throw new ApiRefusedException(tenants.Length == 0 ? "there is no tenant yet: make one in the portal." : $"say whose by --tenant: {string.Join(", ", tenants)}{(tenants.Length == TenantsNamed ? ", ..." : ".")}");
    }
}
