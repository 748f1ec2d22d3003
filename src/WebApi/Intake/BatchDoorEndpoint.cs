using System.Text.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Limits;

namespace Orrery.WebApi.Intake;

/// <summary>The door for batches of log lines that are accounted for: what an agent would put into an object store, straight to the channel.</summary>
internal static class BatchDoorEndpoint
{
    const int ManifestBytesMax = 64 << 10;

    public static void Map(RouteGroupBuilder api) => api.MapPost("/agent/channels/{channel}/batches", Take).WithMetadata(new Door("identity")).RequireAuthorization(Policies.SiteKey)
        .AddOpenApiOperationTransformer(Describe).WithSummary("Takes a batch of log lines; 200 means that its lines are in the channel's topic and accounted for.");

    static async Task<BatchTaken> Take(HttpContext http, Caller caller, SeriesDirectory directory, IOptions<OrreryApiOptions> options, string channel)
    {
        KeyIntake key = directory.Of(caller.Identity.Key!, directory.Minute);
        IBatchDoorGrain door = caller.OfOwnChannel<IBatchDoorGrain>(channel);
        byte[] manifest, content;
        using (PooledBody body = await PooledBody.ReadAsync(http.Request, key, Math.Min(options.Value.BodyBytesMax, BatchDoor.ContentBytesMax + ManifestBytesMax), options.Value.BodyTimeout))
        {
            int end = EndOfManifest(body.Span);
            (manifest, content) = (body.Span[..end].ToArray(), body.Span[end..].ToArray());
        }

        return await door.Take(caller.Identity.Key!.Site, manifest, content);
    }

    /// <summary>The body is the manifest, one JSON object, and right behind it the content.</summary>
    static int EndOfManifest(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body[..Math.Min(body.Length, ManifestBytesMax)]);
        if (body.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidInputException("manifest", "The body does not begin with a manifest, a JSON object.");
        reader.Skip();
        return (int)reader.BytesConsumed;
    }

    static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = "The batch's manifest as it would stand in an object store (JSON, at most 64 KiB), and right behind it the batch's object (gzip, at most 12 MiB).",
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType> { ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } } },
        };
        return Task.CompletedTask;
    }
}
