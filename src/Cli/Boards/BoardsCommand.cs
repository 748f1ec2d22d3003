using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Cli.Management;
using Orrery.Cli.Sql;

namespace Orrery.Cli.Boards;

/// <summary><c>orrery boards</c>: boards as files, by the web API.</summary>
static class BoardsCommand
{
    static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var tenant = new Option<string?>("--tenant") { Description = "Whose boards. Default: the tenant of who signs in, or the only one there is.", Recursive = true };
        var command = new Command("boards", "Lists, reads, puts and deletes a tenant's boards.") { tenant, List(signIn, tenant), Get(signIn, tenant), Put(signIn, tenant), Delete(signIn, tenant) };
        signIn.AddTo(command);
        return command;
    }

    static Command List(SignInOptions signIn, Option<string?> tenant)
    {
        var command = new Command("list", "A line for each board: its id, version, tiles, title, who changed it.");
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            JsonElement boards = await api.SendAsync(HttpMethod.Get, path, null, cancellationToken);
            foreach (JsonElement board in boards.EnumerateArray())
                await output.WriteLineAsync(
                    $"{board.GetProperty("id").GetString(),-24} {board.GetProperty("version").GetInt64(),4}  {board.GetProperty("tiles").GetArrayLength(),2} tiles  {board.GetProperty("title").GetProperty("en").GetString()} ({board.GetProperty("title").GetProperty("zh").GetString()}), by {board.GetProperty("changedBy").GetString()}");
        }, cancellationToken));
        return command;
    }

    static Command Get(SignInOptions signIn, Option<string?> tenant)
    {
        var board = new Argument<string>("board") { Description = "Its id." };
        var command = new Command("get", "Writes a board as a file to standard output.") { board };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            JsonElement info = await api.SendAsync(HttpMethod.Get, $"{path}/{Uri.EscapeDataString(parsed.GetValue(board)!)}", null, cancellationToken);
            JsonObject file = new() { ["id"] = info.GetProperty("id").GetString() };
            foreach (JsonProperty property in info.GetProperty("definition").EnumerateObject())
                file[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            await output.WriteLineAsync(Pruned(file)!.ToJsonString(Written));
        }, cancellationToken));
        return command;
    }

    static Command Put(SignInOptions signIn, Option<string?> tenant)
    {
        var files = new Argument<string[]>("files") { Description = "JSON files, or folders with them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("put", "Makes or changes boards from files. The exit code is 1 where one is refused; the others are put.") { files };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            var refused = new List<string>();
            foreach (string file in parsed.GetValue(files)!.SelectMany(static given => Directory.Exists(given) ? Directory.GetFiles(given, "*.json").Order(StringComparer.Ordinal) : Enumerable.Repeat(given, 1)))
            {
                try
                {
                    using JsonDocument board = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellationToken));
                    string id = board.RootElement.ValueKind == JsonValueKind.Object && board.RootElement.TryGetProperty("id", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : Path.GetFileNameWithoutExtension(file);
                    JsonElement put = await api.SendAsync(HttpMethod.Put, $"{path}/{Uri.EscapeDataString(id)}", board.RootElement, cancellationToken);
                    await output.WriteLineAsync($"{id}: version {put.GetProperty("version").GetInt64()}");
                }
                catch (Exception problem) when (problem is ApiRefusedException or JsonException)
                {
                    refused.Add($"{file}: {problem.Message}");
                }
            }

            if (refused.Count > 0)
                throw new ApiRefusedException(string.Join(Environment.NewLine, refused));
        }, cancellationToken));
        return command;
    }

    static Command Delete(SignInOptions signIn, Option<string?> tenant)
    {
        var board = new Argument<string>("board") { Description = "Its id." };
        var command = new Command("delete", "Deletes a board with its public links.") { board };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, tenant, async (api, path, output) =>
        {
            await api.SendAsync(HttpMethod.Delete, $"{path}/{Uri.EscapeDataString(parsed.GetValue(board)!)}", null, cancellationToken);
            await output.WriteLineAsync($"{parsed.GetValue(board)} is deleted.");
        }, cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, Option<string?> tenant, Func<ApiSession, string, TextWriter, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            string owner = parsed.GetValue(tenant) ?? await SqlCommand.FindTenantAsync(api, cancellationToken);
            await run(api, $"tenants/{Uri.EscapeDataString(owner)}/boards", parsed.InvocationConfiguration.Output);
            return 0;
        }
        catch (Exception problem) when (problem is ApiRefusedException or IOException or UnauthorizedAccessException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }

    /// <summary>Without what may be left out.</summary>
    static JsonNode? Pruned(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject given:
                var kept = new JsonObject();
                foreach ((string name, JsonNode? value) in given)
                    if (value is not null && !(value is JsonValue flag && flag.GetValueKind() == JsonValueKind.False))
                        kept[name] = Pruned(value);
                return kept;
            case JsonArray list:
                return new JsonArray([.. list.Select(Pruned)]);
            default:
                return node?.DeepClone();
        }
    }
}
