using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Orrery.Interfaces.Boards;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;
using Orrery.Interfaces.Sql;

namespace Orrery.WebApi.Errors;

/// <summary>Turns every refusal and failure into an <c>application/problem+json</c> answer (RFC 9457).</summary>
internal sealed class Problems(IProblemDetailsService service) : IExceptionHandler
{
    /// <summary>The status of a request whose sender went away; nobody reads it.</summary>
    const int ClientClosedRequest = 499;
    const string TooSlow = "The request came in too slowly.";
    const string TooLarge = "The body is larger than allowed here. Send less at a time.";

    public async ValueTask<bool> TryHandleAsync(HttpContext http, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && http.RequestAborted.IsCancellationRequested)
        {
            http.Response.StatusCode = ClientClosedRequest;
            return true;
        }
        if (Read(exception) is not { } refusal)
            return false;
        await WriteAsync(http, service, refusal);
        return true;
    }

    public static async Task WriteAsync(HttpContext http, IProblemDetailsService service, Refusal refusal)
    {
        http.Features.Set(refusal);
        http.Response.StatusCode = refusal.Status;
        if (refusal.Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests && http.Response.Headers.RetryAfter.Count == 0)
            http.Response.Headers.RetryAfter = refusal.Status == StatusCodes.Status429TooManyRequests ? "5" : "1";
        await service.TryWriteAsync(new ProblemDetailsContext { HttpContext = http, ProblemDetails = { Status = refusal.Status } });
    }

    /// <summary>Called for every problem that is written, here or by the framework.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        ProblemDetails problem = context.ProblemDetails;
        HttpContext http = context.HttpContext;
        problem.Status ??= http.Response.StatusCode;
        problem.Instance = http.Request.Path;
        // The framework knows the names of some statuses only.
        problem.Title ??= ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        problem.Type ??= "about:blank";
        // The framework adds a trace id; it would make equal problems differ and helps nobody without a tracing system.
        problem.Extensions.Remove("traceId");
        if (http.Features.Get<Refusal>() is { } refusal && refusal.Status == problem.Status)
        {
            problem.Detail = refusal.Detail;
            if (refusal.Errors is not null)
                problem.Extensions["errors"] = refusal.Errors;
            if (refusal.Place is { } place)
                WritePlace(problem, place);
            if (refusal.Tile is { } tile)
                WriteTile(problem, tile);
            if (refusal.Conflict is { } conflict)
                (problem.Extensions["version"], problem.Extensions["differences"]) = (conflict.Version, conflict.Differences);
        }
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status404NotFound => $"There is nothing at {http.Request.Path}.",
            StatusCodes.Status405MethodNotAllowed => $"{http.Request.Method} is not possible here; possible: {http.Response.Headers.Allow}.",
            StatusCodes.Status415UnsupportedMediaType => $"The content type '{http.Request.ContentType}' cannot be read here.",
            StatusCodes.Status500InternalServerError => "The server failed. The failure is in its log.",
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status408RequestTimeout => TooSlow,
            _ => problem.Title,
        };
    }

    static void WritePlace(ProblemDetails problem, SqlRefusedException place)
    {
        problem.Extensions["statement"] = place.Statement;
        problem.Extensions["line"] = place.Line;
        problem.Extensions["column"] = place.Column;
        problem.Extensions["offset"] = place.Offset;
        problem.Extensions["length"] = place.Length;
    }

    static void WriteTile(ProblemDetails problem, BoardProblem tile)
    {
        problem.Extensions["tile"] = tile.Tile;
        problem.Extensions["line"] = tile.Line;
        problem.Extensions["column"] = tile.Column;
        problem.Extensions["offset"] = tile.Offset;
        problem.Extensions["length"] = tile.Length;
    }

    /// <summary>Whether it says that nothing was changed; false where the server failed, or did not answer in time.</summary>
    public static bool IsRefusal(Exception exception) => Read(exception) is { Status: < StatusCodes.Status500InternalServerError };

    static Refusal? Read(Exception exception) => exception switch
    {
        BoardRefusedException board => new(
            StatusCodes.Status400BadRequest, board.Message, board.Problems.GroupBy(static each => each.Field).ToDictionary(static each => each.Key, static each => each.Select(static one => one.Message).ToArray()), Tile: board.Problems[0]),
        SqlRefusedException place => new(StatusCodes.Status400BadRequest, place.Message, Place: place),
        SqlForbiddenException => new(StatusCodes.Status403Forbidden, exception.Message),
        NotFoundException => new(StatusCodes.Status404NotFound, exception.Message),
        ConflictException or LimitReachedException => new(StatusCodes.Status409Conflict, exception.Message),
        ConfigurationConflictException conflict => new(StatusCodes.Status412PreconditionFailed, conflict.Message, Conflict: new(conflict.Version, conflict.Differences)),
        NewsConflictException conflict => new(StatusCodes.Status409Conflict, conflict.Message, Conflict: new(conflict.Version, conflict.Differences)),
        VersionMismatchException => new(StatusCodes.Status412PreconditionFailed, exception.Message),
        InvalidInputException invalid => new(StatusCodes.Status400BadRequest, invalid.Message, new Dictionary<string, string[]> { [invalid.Field] = [invalid.Message] }),
        RefusalException => new(StatusCodes.Status409Conflict, exception.Message),
        RefusedException refused => refused.Refusal,
        BadHttpRequestException bad => ReadBadRequest(bad),
        JsonException json => ReadJson(json),
        OverloadedException or SiloUnavailableException => new(StatusCodes.Status503ServiceUnavailable, "The server is busy. Try again."),
        TimeoutException => new(StatusCodes.Status503ServiceUnavailable, "The server did not answer in time. Try again; the change may have been made."),
        _ => null,
    };

    static Refusal ReadBadRequest(BadHttpRequestException bad) => bad switch
    {
        { InnerException: JsonException json } => ReadJson(json),
        { InnerException: { } inner } when Read(inner) is { } refusal => refusal,
        { StatusCode: StatusCodes.Status408RequestTimeout } => new(bad.StatusCode, TooSlow),
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => new(bad.StatusCode, TooLarge),
        _ => new(bad.StatusCode, bad.Message),
    };

    static Refusal ReadJson(JsonException json)
    {
        string path = json.Path is null or "$" ? "$" : json.Path.StartsWith("$.", StringComparison.Ordinal) ? json.Path[2..] : json.Path;
        // Bytes and lines count from zero; people count from one.
        string where = json.LineNumber is { } line ? $" Line {line + 1}, byte {json.BytePositionInLine + 1}." : "";
        string what = json.InnerException is { } inner && inner is not JsonException ? inner.Message : json.Message;
        int cut = what.IndexOf(" Path: ", StringComparison.Ordinal);
        string detail = $"The JSON cannot be read at {path}: {(cut < 0 ? what : what[..cut]).TrimEnd('.')}.{where}";
        return new(StatusCodes.Status400BadRequest, detail, new Dictionary<string, string[]> { [path] = [detail] });
    }
}
