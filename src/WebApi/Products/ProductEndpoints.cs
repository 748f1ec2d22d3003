using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Products;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Products;

/// <summary>The register of products with their versions and modules.</summary>
internal static class ProductEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder products = api.MapGroup("/products");
        products.MapGet("", List).RequireAuthorization(Policies.Person).WithSummary("Products with their versions and modules.");
        products.MapGet("/{product}", Get).RequireAuthorization(Policies.Person).WithSummary("One product.");
        products.MapPut("/{product}", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Registers a product, or changes it as a whole.");
        products.MapDelete("/{product}", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Takes a product out of the register.");
    }

    static Task<IReadOnlyList<ProductInfo>> List(Caller caller) => caller.Products.List();

    static async Task<Entity<ProductInfo>> Get(Caller caller, string product)
    {
        ProductInfo found = await caller.Products.Get(product);
        return new(found, found.Version);
    }

    static async Task<Entity<ProductInfo>> Put(HttpContext http, Caller caller, string product, ProductBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        ProductInfo put = await caller.Products.Put(product, body.ToDraft(), IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: $"{put.Name}: {put.Versions.Count} versions, {put.Modules.Count} modules"));
        return new(put, put.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string product, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.Products.Delete(product, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }
}

/// <param name="Modules">Left out: none; then any module may be named.</param>
/// <param name="Versions">Left out: none.</param>
internal sealed record ProductBody(string? Name, string? Description, IReadOnlyList<ProductModule>? Modules, IReadOnlyList<ProductVersionDraft>? Versions)
{
    public ProductDraft ToDraft() => new(Name ?? "", Description, Modules ?? [], Versions ?? []);
}
