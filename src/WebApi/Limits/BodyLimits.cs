using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Limits;

/// <summary>Bounds each endpoint's body, and unpacks what the doors of sites receive.</summary>
internal static class BodyLimits
{
    public static void UseBodyLimits(this WebApplication app)
    {
        OrreryApiOptions bounds = app.Services.GetRequiredService<IOptions<OrreryApiOptions>>().Value;
        app.Use((http, next) =>
        {
            Door? door = http.GetEndpoint()?.Metadata.GetMetadata<Door>();
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
                size.MaxRequestBodySize = door is null ? bounds.PersonBodyBytesMax : bounds.BodyBytesMax;
            string? encoding = http.Request.Headers.ContentEncoding;
            if (string.IsNullOrEmpty(encoding) || encoding == "identity" || door?.OwnEncoding == encoding)
                return next(http);
            if (door is null || door.OwnEncoding is not null || UnpackingStream.Create(encoding, http.Request.Body, bounds) is not { } unpacked)
            {
                http.Response.Headers[HeaderNames.AcceptEncoding] = door is null ? "identity" : door.OwnEncoding ?? "gzip, br";
                throw new RefusedException(StatusCodes.Status415UnsupportedMediaType,
                    $"The content encoding '{(encoding.Length <= 40 ? encoding : encoding[..40])}' is not taken here; taken: {http.Response.Headers[HeaderNames.AcceptEncoding]}.");
            }
            http.Request.Body = unpacked;
            http.Request.Headers.ContentEncoding = default;
            http.Request.ContentLength = null;
            http.Response.RegisterForDispose(unpacked);
            return next(http);
        });
    }
}

/// <summary>Marks the doors of sites: their bodies may be large and packed.</summary>
/// <param name="OwnEncoding">The one content encoding that the door unpacks itself, or null where gzip and br are unpacked before it.</param>
internal sealed record Door(string? OwnEncoding = null);
