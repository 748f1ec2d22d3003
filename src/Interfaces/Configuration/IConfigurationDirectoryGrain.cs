using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Configuration;

/// <summary>All documents, and the news of them for who pushes values to servers. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IConfigurationDirectoryGrain : IGrainWithStringKey
{
    /// <summary>By name; at most 1,000.</summary>
    [ReadOnly]
    Task<IReadOnlyList<ConfigurationSummary>> List();

    /// <summary>Whether there is such a document.</summary>
    [ReadOnly]
    Task<bool> Has(string document);

    /// <summary>What holds for a namespace; by default no approval is needed.</summary>
    [ReadOnly]
    Task<ConfigurationNamespace> Namespace(string name);

    /// <summary>All namespaces that have documents or settings, by name.</summary>
    [ReadOnly]
    Task<IReadOnlyDictionary<string, ConfigurationNamespace>> Namespaces();

    /// <summary>Changes what holds for a namespace, from the next change on.</summary>
    /// <exception cref="InvalidInputException">It cannot have that name, or the product is not registered.</exception>
    Task SetNamespace(string name, ConfigurationNamespace settings);

    /// <summary>Called by the vendor's part of a document that was made or changed.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Set(ConfigurationSummary document);

    /// <summary>Called by a document's grain behind each change that may reach servers. Told twice it does no harm.</summary>
    /// <param name="key">Of the document's grain.</param>
    /// <param name="stamp">Of its layers.</param>
    Task Announce(string key, long stamp);

    /// <summary>Tenants that have layers of the document, or servers that report it.</summary>
    [ReadOnly]
    Task<IReadOnlyList<string>> Tenants(string document);

    /// <summary>Called by a tenant's part of a document that has its first layer or report.</summary>
    Task AddTenant(string document, string tenant);

    /// <summary>Called by a tenant that is deleted: its layers go with it.</summary>
    Task TenantDeleted(string tenant);

    /// <summary>Changes behind a cursor, waited for.</summary>
    /// <param name="cursor">Of the news before; null: none.</param>
    /// <param name="waitSeconds">0 to 20.</param>
    [AlwaysInterleave]
    Task<ConfigurationNews> Next(string? cursor, int waitSeconds);
}

/// <param name="Cursor">For the next question.</param>
/// <param name="IsWhole">Whether the changes are all behind the cursor that was given; else anything may have changed.</param>
/// <param name="Changes">Keys of documents' grains with their newest stamps.</param>
public sealed record ConfigurationNews(string Cursor, bool IsWhole, IReadOnlyDictionary<string, long> Changes);
