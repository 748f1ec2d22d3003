using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using Orrery.Interfaces.Errors;

namespace Orrery.WebApi.Paging;

/// <summary>Answers one entity with its version as ETag; 304 where the caller has that version already.</summary>
internal sealed class Entity<T>(T value, long version, int status = StatusCodes.Status200OK, string? location = null) : IVersioned, IResult, IEndpointMetadataProvider
{
    public long Version => version;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        string tag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";
        httpContext.Response.Headers.ETag = tag;
        if (location is not null)
            httpContext.Response.Headers.Location = location;
        if (HttpMethods.IsGet(httpContext.Request.Method) && httpContext.Request.Headers.IfNoneMatch == tag)
        {
            httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        httpContext.Response.StatusCode = status;
        return httpContext.Response.WriteAsJsonAsync(value);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder)
    {
        bool creates = builder.Metadata.OfType<IHttpMethodMetadata>().Any(methods => methods.HttpMethods.Contains(HttpMethods.Post)) && method.Name.StartsWith("Create", StringComparison.Ordinal);
        builder.Metadata.Add(new ProducesResponseTypeMetadata(creates ? StatusCodes.Status201Created : StatusCodes.Status200OK, typeof(T), ["application/json"]));
    }
}

/// <summary>An answer whose object has a version.</summary>
internal interface IVersioned
{
    long Version { get; }
}

/// <summary>Reads the version that a change was meant for.</summary>
internal static class IfMatch
{
    /// <summary>The version in an <c>If-Match</c> header; null where there is none or it is <c>*</c>.</summary>
    /// <exception cref="VersionMismatchException">The header holds no version of ours, so it cannot match.</exception>
    public static long? Read(string? header)
    {
        if (string.IsNullOrWhiteSpace(header) || header.Trim() == "*")
            return null;
        return EntityTagHeaderValue.TryParse(header, out EntityTagHeaderValue? tag) && !tag.IsWeak
            && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : throw new VersionMismatchException($"If-Match is {header}, which is no version of this; read it again and send its ETag.");
    }
}
