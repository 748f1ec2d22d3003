using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Errors;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Audit;

/// <summary>
/// Around every endpoint: what a person changes is recorded before the answer goes out. Refused requests changed nothing and are not recorded; where the server failed, the record says that it is not certain.
/// What a site's key sends (samples, logs, batches) is data, accounted for elsewhere.
/// </summary>
internal sealed class AuditFilter(TimeProvider time, ILogger<AuditFilter> logger) : IEndpointFilter
{
    const int TextMax = 500;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        if (!IsWatched(http))
            return await next(context);
        object? answer;
        try
        {
            answer = await next(context);
        }
        catch (Exception failure) when (!Problems.IsRefusal(failure))
        {
            await RecordAsync(http, null, isCertain: false);
            throw;
        }

        if (answer is not IStatusCodeHttpResult { StatusCode: >= StatusCodes.Status400BadRequest })
            await RecordAsync(http, (answer as IVersioned)?.Version, isCertain: true);
        return answer;
    }

    static bool IsWatched(HttpContext http)
    {
        string method = http.Request.Method;
        return !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method))
            && http.GetEndpoint() is { } endpoint && !endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(static data => data.Policy == Policies.SiteKey);
    }

    async Task RecordAsync(HttpContext http, long? version, bool isCertain)
    {
        Endpoint endpoint = http.GetEndpoint()!;
        AuditNote? note = http.Features.Get<AuditNote>();
        if (note is null && endpoint.Metadata.GetMetadata<NotAudited>() is not null)
            return;
        string template = ((endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "").TrimEnd('/'), tenantRoute = $"{OrreryApi.BasePath}/tenants/{{tenant}}";
        string? user = note?.User ?? (http.User as CallerPrincipal)?.Caller.Name;
        if (user is null)
            return;
        var record = new AuditRecord(
            time.GetUtcNow(), user, http.Connection.RemoteIpAddress?.ToString() ?? "", http.Request.RouteValues.TryGetValue("tenant", out object? tenant) ? tenant as string : null,
            $"{http.Request.Method} {Without(template)}", Cut(Without(http.Request.Path.Value ?? "")), endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "", note?.Detail is { } detail ? Cut(detail) : null, version, isCertain);
        try
        {
            // A tenant that was just deleted has no list any more.
            await http.RequestServices.GetRequiredService<Caller>().AuditAsync(record, isTenantThere: !(HttpMethods.IsDelete(http.Request.Method) && template == tenantRoute));
        }
        catch (Exception failure) when (failure is RefusalException or OverloadedException or TimeoutException or SiloUnavailableException)
        {
            // The change was made: to answer that it was not would be worse.
            AuditMessages.NotRecorded(logger, record.User, record.Action, record.Object, failure);
        }
    }

    static string Without(string path) => path.StartsWith(OrreryApi.BasePath, StringComparison.Ordinal) ? path[OrreryApi.BasePath.Length..] : path;

    static string Cut(string text) => text.Length <= TextMax ? text : text[..TextMax] + "…";
}

/// <summary>What only the endpoint can tell of its change. Where it stands at a request, the request is recorded whatever the endpoint says of itself.</summary>
/// <param name="User">Who did it, where the request was not signed in yet.</param>
/// <param name="Detail">In words and without secrets.</param>
internal sealed record AuditNote(string? User = null, string? Detail = null);

/// <summary>Marks an endpoint that is no GET and changes nothing that an audit should hold.</summary>
internal sealed record NotAudited(string Reason);

internal static partial class AuditMessages
{
    [LoggerMessage(6201, LogLevel.Error, "{User} did {Action} to {Object}, which could not be recorded in the audit.")]
    public static partial void NotRecorded(ILogger logger, string user, string action, string @object, Exception failure);
}
