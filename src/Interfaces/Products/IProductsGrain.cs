using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Products;

/// <summary>The register of the vendor's products with their versions and modules. One grain, key <see cref="EntityKeys.Fleet"/>.</summary>
/// <remarks>Who names a product (a licence, an account set, a namespace of configuration) names a registered one, from the day on which the first one is registered.</remarks>
public interface IProductsGrain : IGrainWithStringKey
{
    /// <summary>By id; at most 200.</summary>
    [ReadOnly] Task<IReadOnlyList<ProductInfo>> List();

    /// <exception cref="NotFoundException">There is no such product.</exception>
    [ReadOnly] Task<ProductInfo> Get(string product);

    /// <summary>Registers it, or changes it as a whole.</summary>
    /// <param name="version">The one that is changed; null: whatever is there, also nothing.</param>
    /// <exception cref="InvalidInputException">A field cannot be.</exception>
    /// <exception cref="VersionMismatchException">It is at another version.</exception>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task<ProductInfo> Put(string product, ProductDraft draft, long? version);

    /// <summary>Takes it out of the register. What names it stays as it is, and cannot name it anew.</summary>
    Task Delete(string product, long? version);

    /// <summary>Refuses what is not registered; while there is no product at all, anything is let pass.</summary>
    /// <param name="reference">What is named.</param>
    /// <exception cref="InvalidInputException">The product, its version or a module is not registered; the message names it and those that are.</exception>
    [ReadOnly] Task MustKnow(ProductReference reference);
}

/// <summary>What somebody names of the register.</summary>
/// <param name="Product">A product's id.</param>
/// <param name="Version">One of its versions; null: none is named.</param>
/// <param name="Modules">Some of its modules. A product without modules in the register takes any.</param>
public sealed record ProductReference(string Product, string? Version, IReadOnlyList<string> Modules);

/// <param name="Name">1 to 120 characters.</param>
/// <param name="Description">At most 500 characters.</param>
/// <param name="Modules">At most 200, each once.</param>
/// <param name="Versions">At most 200, each once.</param>
public sealed record ProductDraft(string Name, string? Description, IReadOnlyList<ProductModule> Modules, IReadOnlyList<ProductVersionDraft> Versions);

/// <param name="Id">As licences name it.</param>
/// <param name="Name">1 to 120 characters.</param>
public sealed record ProductModule(string Id, string Name);

/// <param name="Id">Such as <c>9.2</c>.</param>
/// <param name="ReleasedAt">Null: long since.</param>
/// <param name="SupportEnds">Null: it is not known yet.</param>
/// <param name="Note">At most 500 characters.</param>
public sealed record ProductVersionDraft(string Id, DateTimeOffset? ReleasedAt = null, DateTimeOffset? SupportEnds = null, string? Note = null);

/// <summary>Where a version stands.</summary>
public enum SupportState
{
    /// <summary>It is not released yet.</summary>
    Planned,

    /// <summary>It is released, and its support has no end within half a year.</summary>
    Supported,

    /// <summary>Its support ends within half a year.</summary>
    Ending,

    /// <summary>Its support has ended.</summary>
    Ended,
}

/// <summary>A version as it stands now.</summary>
public sealed record ProductVersion(string Id, DateTimeOffset? ReleasedAt, DateTimeOffset? SupportEnds, string? Note, SupportState State);

/// <param name="Id">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">For people.</param>
/// <param name="Modules">By id.</param>
/// <param name="Versions">The newest first, by their numbers.</param>
/// <param name="Version">The ETag.</param>
public sealed record ProductInfo(string Id, string Name, string? Description, IReadOnlyList<ProductModule> Modules, IReadOnlyList<ProductVersion> Versions, long Version);
