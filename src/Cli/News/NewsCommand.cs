using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Orrery.Cli.Management;

namespace Orrery.Cli.News;

/// <summary><c>orrery news</c>: a tenant's articles by the web API.</summary>
static class NewsCommand
{
    public static Command Create()
    {
        var signIn = new SignInOptions("--url", "--server");
        var command = new Command("news", "Lists, writes, submits, approves, recalls and counts a tenant's articles.")
        {
            List(signIn), Put(signIn),
            Move(signIn, "submit", "Asks for approval. An audience that is everybody is to be confirmed by its size.", new Option<long?>("--confirm") { Description = "The size of an audience that is everybody." }, null),
            Move(signIn, "approve", "Approves an article that somebody else wrote: it is sent when its time comes.", null, null),
            Move(signIn, "recall", "Takes an article back.", null, new Option<string>("--reason") { Description = "Why.", Required = true }),
            Move(signIn, "resend", "Sends an article once more to those who have not read it.", null, null),
            Funnel(signIn),
        };
        signIn.AddTo(command);
        return command;
    }

    static Command List(SignInOptions signIn)
    {
        var tenant = new Argument<string>("tenant") { Description = "Its id." };
        var command = new Command("list", "A line for each article: its key, state, recipients and title.") { tenant };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            foreach (JsonElement one in (await api.SendAsync(HttpMethod.Get, $"tenants/{Uri.EscapeDataString(parsed.GetValue(tenant)!)}/news", null, cancellationToken)).EnumerateArray())
                await output.WriteLineAsync($"{parsed.GetValue(tenant)}/{one.GetProperty("id").GetString(),-24} {one.GetProperty("state").GetString(),-9} {Number(one, "size"),10} {one.GetProperty("titles").EnumerateObject().First().Value.GetString()}");
        }, cancellationToken));
        return command;
    }

    static Command Put(SignInOptions signIn)
    {
        Argument<string> key = KeyArgument();
        var file = new Argument<FileInfo>("file") { Description = """A JSON file: {"texts":[{"language":"en","title":"Hello","markdown":"**New**"}],"audience":{"type":"customer","segment":"loyal"},"channels":["sdk"]}.""" };
        var command = new Command("put", "Writes an article, or its next version, from a file.") { key, file };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            using JsonDocument article = JsonDocument.Parse(await File.ReadAllTextAsync(parsed.GetValue(file)!.FullName, cancellationToken));
            await SayAsync(output, parsed.GetValue(key)!, await api.SendAsync(HttpMethod.Put, PathOf(parsed.GetValue(key)!), article.RootElement, cancellationToken));
        }, cancellationToken));
        return command;
    }

    static Command Move(SignInOptions signIn, string name, string about, Option<long?>? confirm, Option<string>? reason)
    {
        Argument<string> key = KeyArgument();
        var command = new Command(name, about) { key };
        if (confirm is not null)
            command.Options.Add(confirm);
        if (reason is not null)
            command.Options.Add(reason);
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            object body = reason is not null ? new { reason = parsed.GetValue(reason) } : new { confirmedSize = confirm is null ? null : parsed.GetValue(confirm) };
            await SayAsync(output, parsed.GetValue(key)!, await api.SendAsync(HttpMethod.Post, $"{PathOf(parsed.GetValue(key)!)}/{name}", body, cancellationToken));
        }, cancellationToken));
        return command;
    }

    static Command Funnel(SignInOptions signIn)
    {
        Argument<string> key = KeyArgument();
        var command = new Command("funnel", "How many it reached, a line for each channel and form.") { key };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, signIn, async (api, output) =>
        {
            JsonElement funnel = await api.SendAsync(HttpMethod.Get, PathOf(parsed.GetValue(key)!) + "/funnel", null, cancellationToken);
            await output.WriteLineAsync($"{Number(funnel, "audience")} recipients, {Number(funnel, "waiting")} wait, {Number(funnel, "capped")} capped, {Number(funnel, "pending")} to be handed over");
            foreach (JsonElement row in funnel.GetProperty("rows").EnumerateArray())
                await output.WriteLineAsync(
                    $"{row.GetProperty("channel").GetString(),-8} {row.GetProperty("variant").GetString()}  sent {Number(row, "sent")}, delivered {Number(row, "delivered")}, read {Number(row, "read")}, clicked {Number(row, "clicked")}, failed {Number(row, "failed")}, in doubt {Number(row, "doubtful")}, unreachable {Number(row, "unreachable")}");
            if (funnel.GetProperty("winner").GetString() is { } winner)
                await output.WriteLineAsync($"By clicks: {winner}");
        }, cancellationToken));
        return command;
    }

    static Task SayAsync(TextWriter output, string key, JsonElement article) =>
        output.WriteLineAsync($"{key}: version {article.GetProperty("version").GetInt64()}, {article.GetProperty("state").GetString()}, {Number(article, "size")} recipients");

    static string Number(JsonElement of, string name) => of.GetProperty(name).GetInt64().ToString("N0", CultureInfo.InvariantCulture);

    static Argument<string> KeyArgument() => new("article") { Description = "Its key: tenant/article." };

    /// <exception cref="FormatException">It is no <c>tenant/article</c>.</exception>
    static string PathOf(string key) => key.Split('/') is [{ Length: > 0 } tenant, { Length: > 0 } article]
        ? $"tenants/{Uri.EscapeDataString(tenant)}/news/{Uri.EscapeDataString(article)}"
        : throw new FormatException($"'{key}' names no article: write tenant/article.");

    static async Task<int> RunAsync(ParseResult parsed, SignInOptions signIn, Func<ApiSession, TextWriter, Task> run, CancellationToken cancellationToken)
    {
        try
        {
            using ApiSession api = await signIn.OpenAsync(parsed, cancellationToken);
            await run(api, parsed.InvocationConfiguration.Output);
            return 0;
        }
        catch (Exception problem) when (problem is ApiRefusedException or FormatException or IOException or UnauthorizedAccessException or JsonException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"orrery: {problem.Message}");
            return 1;
        }
    }
}
