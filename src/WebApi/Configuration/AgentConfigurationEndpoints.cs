using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Configuration;

/// <summary>Configuration for agents and SDKs, signed in by their site's key: a stream that brings each change, a question that needs none, and what they report to have.</summary>
internal static class AgentConfigurationEndpoints
{
    const int DocumentsMax = 32, TagLengthMax = 64, MarkLengthMax = 64;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder agent = api.MapGroup("/agent/config");
        agent.MapGet("/live", Live).WithMetadata(new LongWait()).RequireAuthorization(Policies.SiteKey).Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .WithSummary("Events 'configuration' with the values of a server's documents, as soon as they change.");
        agent.MapGet("/{space}/{name}", Get).RequireAuthorization(Policies.SiteKey).Produces<string>(StatusCodes.Status200OK, "text/plain").WithSummary("A server's value of a document; 304 where it has it already.");
        agent.MapPost("/report", Report).RequireAuthorization(Policies.SiteKey).WithSummary("What a server has.");
    }

    static async Task Live(HttpContext http, Caller caller, ConfigurationStreams streams, string server, string[] document, string? version, string? tag, string? format, string[]? have)
    {
        if (document.Length is 0 or > DocumentsMax || document.Distinct().Count() < document.Length)
            throw new InvalidInputException("document", $"{document.Length} documents; name 1 to {DocumentsMax}, each once.");
        await streams.RunAsync(http, caller, Reader(caller, server, version, tag), document, JsonText.Word<ConfigurationFormat>("format", format), have ?? []);
    }

    static async Task Get(HttpContext http, Caller caller, string space, string name, string server, string? version, string? tag, string? format)
    {
        IConfigurationDocumentGrain grain = await caller.OwnConfigurationAsync($"{space}/{name}");
        ConfigurationContent content = (await grain.Resolve([Reader(caller, server, version, tag)], JsonText.Word<ConfigurationFormat>("format", format), -1)).Contents[0];
        if (content.Text is null)
            throw new RefusedException(StatusCodes.Status409Conflict, $"The value violates the document's schema at {content.Problem}. Keep the one you have.");
        http.Response.Headers.ETag = $"\"{content.Digest}\"";
        http.Response.Headers["Orrery-Mark"] = content.Mark;
        http.Response.Headers["Orrery-Format"] = JsonText.CamelCase(content.Format.ToString());
        // It may hold secrets.
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.Headers.IfNoneMatch == $"\"{content.Digest}\"")
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(content.Text, http.RequestAborted);
    }

    static async Task<NoContent> Report(Caller caller, ConfigurationReportBody body)
    {
        if (body.Documents is not { Count: >= 1 and <= DocumentsMax })
            throw new InvalidInputException("documents", $"{body.Documents?.Count ?? 0} documents; report 1 to {DocumentsMax}.");
        ConfigurationReader reader = Reader(caller, body.Server, body.Version, body.Tag);
        foreach (ReportedDocument document in body.Documents)
        {
            if (document.Mark?.Length > MarkLengthMax || document.Digest?.Length > MarkLengthMax)
                throw new InvalidInputException("documents", $"mark and digest have at most {MarkLengthMax} characters.");
            await (await caller.OwnConfigurationAsync(document.Document)).Report(new ConfigurationReport(reader, document.Mark ?? "", document.Digest ?? "", document.Error));
        }

        return TypedResults.NoContent();
    }

    public static string Part(string? version) => string.IsNullOrWhiteSpace(version) ? "" : EntityKeys.ToPart(version);

    public static string Tag(string? tag) => tag is null ? "" : tag.Length <= TagLengthMax ? tag : throw new InvalidInputException("tag", $"The tag has {tag.Length} characters; at most {TagLengthMax}.");

    static ConfigurationReader Reader(Caller caller, string? server, string? version, string? tag) => new(caller.OwnServer(server), Part(version), Tag(tag));
}

/// <param name="Server">The server within its site.</param>
/// <param name="Version">The product's version there; may be left out.</param>
/// <param name="Tag">A word by which roll-outs choose servers; may be left out.</param>
/// <param name="Documents">1 to 32.</param>
internal sealed record ConfigurationReportBody(string Server, string? Version, string? Tag, IReadOnlyList<ReportedDocument>? Documents);

/// <param name="Document">As namespace/name.</param>
/// <param name="Mark">Of the value in its local copy, as it came with it.</param>
/// <param name="Digest">Of the value in its local copy, as it came with it; another word where the copy was altered.</param>
/// <param name="Error">Why it cannot take the newest value; left out: it can.</param>
internal sealed record ReportedDocument(string Document, string? Mark, string? Digest, string? Error);
