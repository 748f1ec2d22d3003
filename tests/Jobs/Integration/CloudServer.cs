using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Orrery.Jobs.Tests.Integration;

/// <summary>A server of the tests' own with the manners of a K/3 Cloud's Web API: sessions in cookies that are lost, a cap on queries, batches of which some documents fail, submit and audit as steps of their own, slow answers.</summary>
sealed partial class CloudServer : IAsyncDisposable
{
    public const int QueryRowsMax = 2000;

    readonly WebApplication app;
    readonly Lock gate = new();
    readonly HashSet<string> sessions = [];
    long ids;

    CloudServer(WebApplication app) => this.app = app;

    public Dictionary<string, List<JsonObject>> Forms { get; } = [];

    public List<string> Calls { get; } = [];

    /// <summary>Every so many calls the sessions are lost. 0: never.</summary>
    public int LosesSessionsEvery { get; set; }

    /// <summary>Why a document cannot be saved; null: it can.</summary>
    public Func<JsonObject, string?> Refuses { get; set; } = static _ => null;

    public Func<JsonObject, string?> RefusesAudit { get; set; } = static _ => null;

    /// <summary>Calls of a service that are answered with 503 first.</summary>
    public int NotReady { get; set; }

    /// <summary>Saves that are done and whose answer never comes.</summary>
    public int SilentSaves { get; set; }

    public int Logins { get; private set; }

    public int LargestAnswer { get; private set; }

    public string Address => $"k3cloud:{app.Urls.First().Replace("://", "://demo:secret@", StringComparison.Ordinal)}/K3Cloud?account=5f01";

    public static async Task<CloudServer> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new CloudServer(app);
        app.MapPost("/K3Cloud/{service}", server.Answer);
        await app.StartAsync();
        return server;
    }

    public List<JsonObject> Of(string form)
    {
        if (!Forms.TryGetValue(form, out List<JsonObject>? documents)) Forms[form] = documents = [];
        return documents;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task<IResult> Answer(string service, HttpContext context)
    {
        JsonObject body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        string name = service.Split('.')[^3];
        bool isSilent = false;
        JsonNode answer;
        lock (gate)
        {
            Calls.Add(name);
            if (name != "ValidateUser" && NotReady-- > 0) return Results.StatusCode(503);
            if (name == "ValidateUser") return Login(body, context);
            if (LosesSessionsEvery > 0 && Calls.Count % LosesSessionsEvery == 0) sessions.Clear();
            if (context.Request.Cookies["kdservice-sessionid"] is not { } session || !sessions.Contains(session)) answer = Lost(name);
            else
            {
                answer = name switch
                {
                    "ExecuteBillQuery" => Query((JsonObject)body["data"]!),
                    "BatchSave" => Save(body["formid"]!.ToString(), (JsonArray)body["data"]!["Model"]!),
                    "Submit" => Step(body, "A", "B", static _ => null),
                    "Audit" => Step(body, "B", "C", RefusesAudit),
                    _ => throw new InvalidOperationException(name),
                };
                isSilent = name == "BatchSave" && SilentSaves-- > 0;
            }
        }

        // The answer that never comes: it is done when the caller hangs up.
        if (isSilent)
        {
            var gone = new TaskCompletionSource();
            await using CancellationTokenRegistration registration = context.RequestAborted.Register(() => gone.TrySetResult());
            await gone.Task;
            return Results.Empty;
        }

        return Results.Text(answer.ToJsonString(), "application/json");
    }

    IResult Login(JsonObject body, HttpContext context)
    {
        Logins++;
        bool isRight = body["acctID"]!.ToString() == "5f01" && body["username"]!.ToString() == "demo" && body["password"]!.ToString() == "secret";
        if (isRight)
        {
            string session = $"s{Logins.ToString(CultureInfo.InvariantCulture)}";
            sessions.Add(session);
            context.Response.Cookies.Append("kdservice-sessionid", session);
        }

        return Results.Text(new JsonObject { ["LoginResultType"] = isRight ? 1 : -1, ["Message"] = isRight ? null : "用户名或密码错误" }.ToJsonString(), "application/json");
    }

    static JsonNode Lost(string name)
    {
        JsonObject status = Status([(0, "", "会话信息已丢失，请重新登录")], []);
        status["MsgCode"] = 1;
        var result = new JsonObject { ["Result"] = new JsonObject { ["ResponseStatus"] = status } };
        return name == "ExecuteBillQuery" ? new JsonArray(new JsonArray(result)) : result;
    }

    JsonNode Query(JsonObject data)
    {
        string[] keys = data["FieldKeys"]!.ToString().Split(',');
        string filter = data["FilterString"]!.ToString(), order = data["OrderString"]!.ToString();
        IEnumerable<JsonObject> documents = Of(data["FormId"]!.ToString());
        if (In().Match(filter) is { Success: true } match)
        {
            HashSet<string> numbers = [.. Text().Matches(match.Groups[2].Value).Select(each => each.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal))];
            documents = documents.Where(document => numbers.Contains(Find(document, match.Groups[1].Value)?.ToString() ?? ""));
        }

        documents = documents.OrderBy(document => Find(document, order)?.ToString(), StringComparer.Ordinal);
        string? entry = keys.FirstOrDefault(key => key.EndsWith("_FEntryID", StringComparison.Ordinal))?[..^"_FEntryID".Length];
        IEnumerable<JsonArray> rows = documents.SelectMany(document => (entry is not null && document[entry] is JsonArray { Count: > 0 } lines ? lines : [null]).Select(line => new JsonArray([.. keys.Select(key => Cell(document, line as JsonObject, entry, key))])));
        int cap = Math.Min(QueryRowsMax, (int)data["Limit"]! is var limit and > 0 ? limit : QueryRowsMax);
        JsonArray answer = [.. rows.Skip((int)data["StartRow"]!).Take(cap)];
        LargestAnswer = Math.Max(LargestAnswer, answer.Count);
        return answer;
    }

    static JsonNode? Cell(JsonObject document, JsonObject? line, string? entry, string key)
    {
        if (key == $"{entry}_FEntryID") return line?["FEntryID"]?.DeepClone();
        return (line is not null ? Find(line, key) : null)?.DeepClone() ?? Find(document, key)?.DeepClone();
    }

    JsonNode Save(string form, JsonArray models)
    {
        var errors = new List<(int, string, string)>();
        var done = new List<(int, string)>();
        for (int index = 0; index < models.Count; index++)
        {
            var model = (JsonObject)models[index]!.DeepClone();
            string id = model.First().Key;
            string number = model["FNumber"]?.ToString() ?? model["FBillNo"]!.ToString();
            JsonObject? there = Of(form).FirstOrDefault(document => (document["FNumber"]?.ToString() ?? document["FBillNo"]!.ToString()) == number);
            if (Refuses(model) is { } reason) errors.Add((index, "FName", reason));
            else if (there is not null && (long)model[id]! == 0) errors.Add((index, "FNumber", $"编码 {number} 已存在"));
            else if (there?["FDocumentStatus"]?.ToString() is "B" or "C") errors.Add((index, "", "单据已审核，不能修改"));
            else
            {
                if (there is null) Of(form).Add(there = new JsonObject { [id] = ++ids, ["FDocumentStatus"] = "A" });
                foreach ((string name, JsonNode? value) in model.Where(pair => pair.Key != id)) there[name] = value?.DeepClone();
                foreach (JsonArray lines in there.Select(pair => pair.Value).OfType<JsonArray>())
                    foreach (JsonNode? line in lines.Where(line => (long)line!["FEntryID"]! == 0))
                        line!["FEntryID"] = ++ids;
                done.Add((index, number));
            }
        }

        return new JsonObject { ["Result"] = new JsonObject { ["ResponseStatus"] = Status(errors, done) } };
    }

    JsonNode Step(JsonObject body, string from, string to, Func<JsonObject, string?> refuses)
    {
        var errors = new List<(int, string, string)>();
        var done = new List<(int, string)>();
        var numbers = (JsonArray)body["data"]!["Numbers"]!;
        for (int index = 0; index < numbers.Count; index++)
        {
            string number = numbers[index]!.ToString();
            JsonObject document = Of(body["formid"]!.ToString()).First(each => (each["FNumber"]?.ToString() ?? each["FBillNo"]!.ToString()) == number);
            if (document["FDocumentStatus"]!.ToString() != from) errors.Add((index, "", $"状态为 {document["FDocumentStatus"]}"));
            else if (refuses(document) is { } reason) errors.Add((index, "", reason));
            else
            {
                document["FDocumentStatus"] = to;
                done.Add((index, number));
            }
        }

        return new JsonObject { ["Result"] = new JsonObject { ["ResponseStatus"] = Status(errors, done) } };
    }

    static JsonObject Status(List<(int Index, string Field, string Message)> errors, List<(int Index, string Number)> done) => new()
    {
        ["IsSuccess"] = errors.Count == 0,
        ["Errors"] = new JsonArray([.. errors.Select(error => (JsonNode)new JsonObject { ["FieldName"] = error.Field, ["Message"] = error.Message, ["DIndex"] = error.Index })]),
        ["SuccessEntitys"] = new JsonArray([.. done.Select(success => (JsonNode)new JsonObject { ["Number"] = success.Number, ["DIndex"] = success.Index })]),
    };

    static JsonNode? Find(JsonObject document, string key)
    {
        JsonNode? at = document;
        foreach (string step in key.Split('.')) at = (at as JsonObject)?[step];
        return at;
    }

    [GeneratedRegex(@"^(\w+) IN \((.*)\)$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex In();

    [GeneratedRegex(@"'((?:[^']|'')*)'", RegexOptions.CultureInvariant)]
    private static partial Regex Text();
}
