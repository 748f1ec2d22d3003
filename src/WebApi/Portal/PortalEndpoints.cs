using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Portal;

/// <summary>Serves the portal's built files from the same origin as the API. Paths that are no file get its page, which finds its way by itself.</summary>
internal static class PortalEndpoints
{
    const string Forever = "public, max-age=31536000, immutable";
    const string AskAgain = "no-cache";

    public static void UsePortalFiles(this WebApplication app)
    {
        if (Directory(app) is not { } directory)
            return;
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(directory),
            OnPrepareResponse = context => context.Context.Response.Headers.CacheControl = CacheOf(context.Context.Request.Path),
        });
    }

    public static void Map(WebApplication app)
    {
        if (Directory(app) is not { } directory)
            return;
        string page = Path.Combine(directory, "index.html");
        app.MapFallback("{*path}", (HttpContext http) =>
        {
            // A wrong address of the API is a 404 for programs, not a page for people.
            if (http.Request.Path.StartsWithSegments("/api") || http.Request.Path.StartsWithSegments("/openapi") || IsFile(http.Request.Path) || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
                return Results.NotFound();
            http.Response.Headers.CacheControl = AskAgain;
            return Results.File(page, "text/html; charset=utf-8");
        }).RequireAuthorization(Policies.Open).ExcludeFromDescription();
    }

    /// <summary>Whether a path is one of a file that is not there. Ids of servers and entities hold points too, so a point alone says nothing.</summary>
    static bool IsFile(PathString path) =>
        path.StartsWithSegments("/assets") || (path.Value is { } text && text.LastIndexOf('/') == 0 && text.Contains('.', StringComparison.Ordinal));

    /// <summary>Files under <c>assets/</c> carry a hash of their content in their name, so they never change.</summary>
    static string CacheOf(PathString path) => path.StartsWithSegments("/assets") ? Forever : AskAgain;

    static string? Directory(WebApplication app) => app.Services.GetRequiredService<IOptions<OrreryApiOptions>>().Value.PortalDirectory is { } directory ? Path.GetFullPath(directory) : null;
}
