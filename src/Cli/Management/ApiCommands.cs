using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli.Management;

/// <summary>What commands that are clients of the web API share: sign-in, refusals as one line, pages.</summary>
static class ApiCommands
{
    const int PageSize = 500;

    /// <summary>Has the command ask the API; what it refuses is told in its own words, and the exit code is 1.</summary>
    public static void Asks(this Command command, SignInOptions signIn, Func<ParseResult, ApiSession, TextWriter, CancellationToken, Task> run) => command.SetAction(async (parsed, cancellationToken) =>
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            await run(parsed, api, parsed.InvocationConfiguration.Output, cancellationToken);
            return 0;
        }
        catch (Exception problem) when (problem is ApiRefusedException or FormatException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    });

    /// <summary>All items of a paged list.</summary>
    public static async IAsyncEnumerable<JsonElement> PagesAsync(this ApiSession api, string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string query = $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={PageSize}", cursor = "";
        do
        {
            JsonElement page = await api.SendAsync(HttpMethod.Get, cursor.Length == 0 ? query : $"{query}&cursor={Uri.EscapeDataString(cursor)}", null, cancellationToken);
            foreach (JsonElement item in page.GetProperty("items").EnumerateArray())
                yield return item;
            cursor = page.GetProperty("next").GetString() ?? "";
        }
        while (cursor.Length > 0);
    }

    /// <summary>The address below a tenant's site that a key of so many parts names.</summary>
    /// <exception cref="FormatException">It has another number of parts.</exception>
    public static string[] KeyParts(string key, int count, string shape) => key.Split('/') is { } parts && parts.Length == count && parts.All(static part => part.Length > 0)
        ? [.. parts.Select(Uri.EscapeDataString)]
        : throw new FormatException($"'{key}' names nothing: write {shape}.");

    /// <summary>A field as people read it; a hyphen where there is nothing.</summary>
    public static string Text(this JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value.ToString() : "-";

    /// <summary>A moment's day; a hyphen where there is none.</summary>
    public static string Day(this JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetDateTimeOffset().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "-";

    /// <summary>A JSON file's content.</summary>
    public static async Task<JsonElement> ReadJsonAsync(FileInfo file, CancellationToken cancellationToken)
    {
        using JsonDocument document = JsonDocument.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken));
        return document.RootElement.Clone();
    }
}
