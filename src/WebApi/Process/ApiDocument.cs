using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Process;

/// <summary>The OpenAPI document: one page for machines, the same wherever it is made.</summary>
internal static class ApiDocument
{
    public const string Name = "v1";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Orrery",
                Version = "1",
                Description = "The fleet of an ERP vendor: tenants, sites, servers, samples, alarms. Errors are application/problem+json.",
                License = new OpenApiLicense { Name = "Apache-2.0" },
            };
            // The address depends on where the process runs; the document does not.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["session"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A person's token from POST /api/v1/session, or the cookie of the same value." },
                ["siteKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A site's API key, ok_ID_SECRET." },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            // Tags come from the names of classes.
            operation.Tags = operation.Tags?.Select(tag => new OpenApiTagReference(tag.Name!.Replace("Endpoints", "", StringComparison.Ordinal), context.Document)).ToHashSet();
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "The request was refused or failed.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken) },
                },
            };
            string? policy = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().FirstOrDefault()?.Policy;
            if (policy is null or Policies.Open)
                return;
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(policy == Policies.SiteKey ? "siteKey" : "session", context.Document)] = [] },
            ];
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            operation.Extensions["x-orrery-policy"] = new JsonNodeExtension(policy);
        });
    });
}
