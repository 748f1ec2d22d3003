namespace Orrery.Interfaces.Configuration;

/// <summary>How documents and their layers are named.</summary>
/// <remarks>
/// A document is a namespace and a name, <c>erp/pos-terminal</c>. The vendor's layers are <c>product</c> and <c>version:4.2</c>; a tenant's are <c>tenant</c>, <c>site:berlin</c> and <c>server:berlin:erp-01</c>. A later one
/// of these goes before an earlier one.
/// </remarks>
public static class ConfigurationKeys
{
    /// <summary>The layer under all others.</summary>
    public const string Product = "product";

    /// <summary>The layer of a whole tenant.</summary>
    public const string Tenant = "tenant";

    /// <summary>The key of a document's grain.</summary>
    /// <param name="owner">Whose layers: <see cref="EntityKeys.Fleet"/> or a tenant.</param>
    /// <param name="document">As <c>namespace/name</c>.</param>
    public static string Of(string owner, string document) => $"{owner}/{document}";

    /// <summary>The document in the key of its grain.</summary>
    public static string DocumentOf(string key) => key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Whether the text names a document.</summary>
    public static bool IsDocument(string? document) => document?.Split('/') is [var space, var name] && EntityKeys.IsPart(space) && EntityKeys.IsPart(name);

    /// <summary>Whether a layer can be one of the vendor's, or one of a tenant's.</summary>
    public static bool IsLayer(string layer, bool ofFleet) => layer.Split(':') switch
    {
        [Product] => ofFleet,
        ["version", var version] => ofFleet && EntityKeys.IsPart(version),
        [Tenant] => !ofFleet,
        ["site", var site] => !ofFleet && EntityKeys.IsPart(site),
        ["server", var site, var server] => !ofFleet && EntityKeys.IsPart(site) && EntityKeys.IsPart(server),
        _ => false,
    };

    /// <summary>The layers that a server's value is merged of, the lowest first.</summary>
    /// <param name="server">Its key, <c>tenant/site/server</c>.</param>
    /// <param name="version">The product's version there; empty: unknown.</param>
    public static string[] Chain(string server, string version)
    {
        string site = EntityKeys.Leaf(EntityKeys.SiteOf(server));
        string[] own = [Tenant, $"site:{site}", $"server:{site}:{EntityKeys.Leaf(server)}"];
        return version.Length > 0 ? [Product, $"version:{version}", .. own] : [Product, .. own];
    }

    /// <summary>Whether a layer is in a server's chain.</summary>
    public static bool Concerns(string layer, ConfigurationReader reader) => Chain(reader.Server, reader.Version).Contains(layer, StringComparer.Ordinal);
}
