using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orrery.Jobs.Integration.Cloud;

/// <summary>
/// Calls of K/3 Cloud's Web API. A session begins with the first call; when the server says that it is lost, it is begun anew and the call repeated, which the server did not do. Calls that read are
/// tried again with a growing wait; those that write are tried again only where they cannot have been done, else their outcome is told to be unknown and the caller looks. For one thread at a time.
/// </summary>
sealed class CloudClient : IDisposable
{
    const string Services = "Kingdee.BOS.WebApi.ServicesStub.";

    /// <summary>Sessions begun anew in one call.</summary>
    const int LoginsMax = 3;

    static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly CloudAddress address;
    readonly CloudOptions options;
    readonly TimeProvider time;
    readonly HttpClient http;
    bool isIn;

    public CloudClient(CloudAddress address, CloudOptions options, TimeProvider time)
    {
        (this.address, this.options, this.time) = (address, options, time);
        http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer(), UseCookies = true, PooledConnectionLifetime = TimeSpan.FromMinutes(10), AllowAutoRedirect = false })
        {
            BaseAddress = address.Base,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = options.AnswerLengthMax,
        };
    }

    public CloudOptions Options => options;

    /// <summary>Calls a service of forms: <c>Save</c>, <c>ExecuteBillQuery</c> and so on.</summary>
    /// <param name="service">Its name.</param>
    /// <param name="body">What it takes.</param>
    /// <param name="writes">Whether it changes something.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CloudException">It was refused, or nobody answered.</exception>
    public JsonNode Call(string service, JsonObject body, bool writes, CancellationToken cancellationToken)
    {
        for (int logins = 0; ; logins++)
        {
            if (!isIn) Login(cancellationToken);
            JsonNode answer = Try($"{Services}DynamicFormService.{service}.common.kdsvc", body, writes, cancellationToken);
            if (!IsSessionLost(answer)) return answer;
            isIn = false;
            if (logins >= LoginsMax) throw new CloudException($"{address}: the session was lost {(logins + 1).ToString(CultureInfo.InvariantCulture)} times in one call of {service}. Is the user signed in elsewhere, where only one session is allowed?");
        }
    }

    public void Dispose() => http.Dispose();

    void Login(CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["acctID"] = address.Account, ["username"] = address.User, ["password"] = address.Password, ["lcid"] = address.Language };
        JsonNode answer = Try($"{Services}AuthService.ValidateUser.common.kdsvc", body, writes: false, cancellationToken);
        // 1: signed in; -5: signed in, and the form of validation wants more, which is refused like the rest.
        if (answer is not JsonObject said || said["LoginResultType"]?.ToString() != "1")
            throw new CloudException($"{address}: user '{address.User}' was not let in: {(answer as JsonObject)?["Message"]?.ToString() ?? "no reason was given"}. Check account, user, password and the user's leave to use the Web API.");
        isIn = true;
    }

    JsonNode Try(string path, JsonObject body, bool writes, CancellationToken cancellationToken)
    {
        string text = body.ToJsonString(Json);
        for (int attempt = 1; ; attempt++)
        {
            string reason;
            try
            {
                using var late = new CancellationTokenSource(options.CallMax, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(text, Encoding.UTF8, "application/json") };
                using HttpResponseMessage response = http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token).GetAwaiter().GetResult();
                string answer = response.Content.ReadAsStringAsync(either.Token).GetAwaiter().GetResult();
                if (response.IsSuccessStatusCode) return Read(path, answer);
                reason = $"{((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)} {response.ReasonPhrase}";
                // Not ready, or too many calls: it did nothing. Any other refusal stays one.
                bool isNotReady = response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests;
                if (!isNotReady && (int)response.StatusCode < 500) throw new CloudException($"{address}: {path} was refused with {reason}: {Shown(answer)}");
                if (!isNotReady && writes) throw new CloudException($"{address}: {path} ended with {reason}; whether it was done is not known.") { IsUnknown = true, IsPassing = true };
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                reason = $"no answer within {options.CallMax}";
                if (writes) throw new CloudException($"{address}: {path}: {reason}; whether it was done is not known.") { IsUnknown = true, IsPassing = true };
            }
            catch (HttpRequestException error)
            {
                reason = error.Message;
                if (writes && error.HttpRequestError != HttpRequestError.ConnectionError) throw new CloudException($"{address}: {path}: {reason}; whether it was done is not known.", error) { IsUnknown = true, IsPassing = true };
            }

            if (attempt >= options.AttemptsMax) throw new CloudException($"{address}: {path} was tried {attempt.ToString(CultureInfo.InvariantCulture)} times and is not answered: {reason}.") { IsPassing = true };
            Wait(attempt, cancellationToken);
        }
    }

    /// <summary>Waits before an attempt.</summary>
    public void Wait(int attempt, CancellationToken cancellationToken) =>
        Task.Delay(options.BackOff * Math.Pow(2, attempt - 1), time, cancellationToken).GetAwaiter().GetResult();

    JsonNode Read(string path, string answer)
    {
        try
        {
            return JsonNode.Parse(answer) ?? new JsonObject();
        }
        catch (JsonException error)
        {
            throw new CloudException($"{address}: {path} answered no JSON: {Shown(answer)}", error);
        }
    }

    /// <summary>Lost sessions are told inside of an answer, which queries wrap into rows.</summary>
    static bool IsSessionLost(JsonNode answer) => StatusOf(answer) is { } status && !IsTrue(status["IsSuccess"]) && (status["MsgCode"]?.ToString() == "1" || ErrorsOf(status).Any(error => error.Message.Contains("会话信息已丢失", StringComparison.Ordinal)));

    /// <summary>The status of an answer; null where it has none, as rows of a query.</summary>
    public static JsonObject? StatusOf(JsonNode answer)
    {
        while (answer is JsonArray { Count: 1 } array && array[0] is { } inner) answer = inner;
        return (answer as JsonObject)?["Result"]?["ResponseStatus"] as JsonObject;
    }

    public static bool IsTrue(JsonNode? node) => node is JsonValue value && (value.TryGetValue(out bool truth) ? truth : value.ToString().Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>Errors, each with the number of the document it belongs to.</summary>
    public static IEnumerable<(int Document, string Message)> ErrorsOf(JsonObject status)
    {
        foreach (JsonNode? error in status["Errors"] as JsonArray ?? [])
        {
            string field = error?["FieldName"]?.ToString() ?? "";
            int document = int.TryParse(error?["DIndex"]?.ToString(), CultureInfo.InvariantCulture, out int index) ? index : 0;
            yield return (document, $"{(field.Length > 0 ? $"{field}: " : "")}{error?["Message"]?.ToString() ?? "no reason was given"}");
        }
    }

    static string Shown(string text) => text.Length > 500 ? text[..500] + "…" : text;
}
