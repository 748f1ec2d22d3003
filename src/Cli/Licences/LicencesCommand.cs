using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Management;
using Orrery.Client.Licences;

namespace Orrery.Cli.Licences;

/// <summary><c>orrery licences</c>: what tenants may use, by the web API; and the check of a licence's file, which asks nobody.</summary>
static class LicencesCommand
{
    const int PageSize = 500;

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var command = new Command("licences", "Lists, issues, renews and revokes licences; saves and checks their files.")
        {
            List(signIn), Put(signIn), Revoke(signIn), File(signIn), Keys(signIn), Check(),
        };
        signIn.AddTo(command);
        return command;
    }

    static Command List(SignInOptions signIn)
    {
        var days = new Option<int?>("--ends-within") { Description = "Only those that end within so many days, or have ended." };
        var command = new Command("list", "A line for each licence: its key, product, end, and users of how many.") { days };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            string query = $"licences?limit={PageSize}{(parsed.GetValue(days) is { } within ? $"&endsWithinDays={within}" : "")}";
            string? cursor = null;
            do
            {
                JsonElement page = await api.SendAsync(HttpMethod.Get, cursor is null ? query : $"{query}&cursor={Uri.EscapeDataString(cursor)}", null, cancellationToken);
                foreach (JsonElement one in page.GetProperty("items").EnumerateArray())
                    await output.WriteLineAsync(Line(one));
                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Put(SignInOptions signIn)
    {
        Argument<string> key = KeyArgument();
        var file = new Argument<FileInfo>("file") { Description = """A JSON file: {"product":"cloud-galaxy","expires":"2027-12-31T00:00:00Z","users":50,"modules":[{"name":"finance","users":10},{"name":"pos"}]}.""" };
        var command = new Command("put", "Issues a licence from a file of terms, or renews it with them.") { key, file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            using JsonDocument terms = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken));
            JsonElement put = await api.SendAsync(HttpMethod.Put, PathOf(parsed.GetValue(key)!), terms.RootElement, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(key)}: revision {put.GetProperty("revision").GetInt32()}, {put.GetProperty("state").GetString()}");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Revoke(SignInOptions signIn)
    {
        Argument<string> key = KeyArgument();
        var reason = new Option<string>("--reason") { Description = "Why; the customer will ask.", Required = true };
        var command = new Command("revoke", "Takes a licence back. Connected sites hear of it with their next refresh; renewing it makes it hold again.") { key, reason };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            await api.SendAsync(HttpMethod.Post, PathOf(parsed.GetValue(key)!) + "/revoke", new { reason = parsed.GetValue(reason) }, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(key)}: revoked");
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command File(SignInOptions signIn)
    {
        Argument<string> key = KeyArgument();
        var command = new Command("file", "Writes the signed text of a licence, to be given to a site without a network.") { key };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            await output.WriteAsync(await api.ReadTextAsync(PathOf(parsed.GetValue(key)!) + "/file", cancellationToken));
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Keys(SignInOptions signIn)
    {
        var command = new Command("keys", "The public keys that programs verify licences with, a line each, the one that signs now first.");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            foreach (JsonElement key in (await api.SendAsync(HttpMethod.Get, "licences/keys", null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync(key.GetProperty("text").GetString());
            return 0;
        }, cancellationToken));
        return command;
    }

    static Command Check()
    {
        var file = new Argument<FileInfo>("file") { Description = "A licence's file." };
        var keys = new Option<FileInfo>("--keys") { Description = "A file of public keys, as 'orrery licences keys' writes them.", Required = true };
        var command = new Command("check", "Verifies a licence's file without a network, and says what it grants. The exit code is 1 where it was altered or does not hold.") { file, keys };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                Licence licence = Licence.Read(
                    await System.IO.File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken), new LicenceKeys(await System.IO.File.ReadAllTextAsync(parsed.GetValue(keys)!.FullName, cancellationToken)));
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                bool holds = now >= licence.ValidFrom && !(licence.Expires?.AddDays(licence.GraceDays) <= now);
                TextWriter output = parsed.InvocationConfiguration.Output;
                await output.WriteLineAsync($"{licence.Id}, revision {licence.Revision}, for {licence.Customer}: {licence.Product} {licence.Versions ?? "of any version"}");
                await output.WriteLineAsync($"{(holds ? "Holds" : "Does not hold")}: from {licence.ValidFrom:yyyy-MM-dd} {(licence.Expires is { } end ? $"until {end:yyyy-MM-dd}, then {licence.GraceDays} days of grace" : "without an end")}; {(licence.Users is { } users ? $"{users:N0} users" : "any number of users")}");
                await output.WriteLineAsync($"Modules: {string.Join(", ", licence.Modules.Select(static module => module.Value is { } most ? $"{module.Key} ({most:N0})" : module.Key))}");
                return holds ? 0 : 1;
            }
            catch (Exception problem) when (problem is LicenceException or FormatException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {parsed.GetValue(file)!.Name}: {problem.Message}");
                return 1;
            }
        });
        return command;
    }

    static Argument<string> KeyArgument() => new("licence") { Description = "Its key: tenant/licence." };

    /// <exception cref="FormatException">It is no <c>tenant/licence</c>.</exception>
    static string PathOf(string key) => key.Split('/') is [{ Length: > 0 } tenant, { Length: > 0 } licence]
        ? $"tenants/{Uri.EscapeDataString(tenant)}/licences/{Uri.EscapeDataString(licence)}"
        : throw new FormatException($"'{key}' names no licence: write tenant/licence.");

    static string Line(JsonElement one)
    {
        string end = one.GetProperty("revokedRevision").GetInt32() >= one.GetProperty("revision").GetInt32() ? "revoked"
            : one.GetProperty("expires").ValueKind == JsonValueKind.Null ? "no end" : one.GetProperty("expires").GetDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string granted = one.GetProperty("users").ValueKind == JsonValueKind.Null ? "any" : one.GetProperty("users").GetInt32().ToString("N0", CultureInfo.InvariantCulture);
        return $"{one.GetProperty("key").GetString(),-32} {one.GetProperty("product").GetString(),-20} {end,-10} {one.GetProperty("usersInUse").GetInt32():N0} of {granted} users{(one.GetProperty("isOver").GetBoolean() ? ", more than granted" : "")}";
    }

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, Func<ApiSession, TextWriter, Task<int>> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            return await run(api, parsed.InvocationConfiguration.Output);
        }
        catch (Exception problem) when (problem is ApiRefusedException or FormatException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
