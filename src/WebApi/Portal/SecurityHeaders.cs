namespace Orrery.WebApi.Portal;

/// <summary>Headers that keep a browser from running, framing or leaking what it should not.</summary>
internal static class SecurityHeaders
{
    // The portal's components set style attributes; scripts come from its own files alone.
    const string ContentPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use(static (http, next) =>
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // What the API says about one person must not be kept by a proxy; the portal's files say otherwise themselves.
        headers.CacheControl = "no-store";
        return next(http);
    });
}
