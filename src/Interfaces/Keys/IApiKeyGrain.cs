namespace Orrery.Interfaces.Keys;

/// <summary>A site's key. Key of the grain: the key's public id, 4 to 64 characters of <c>a-z 0-9 -</c>. The secret is shown once and stored hashed.</summary>
/// <remarks>The text of a key is <c>ok_ID_SECRET</c>; the id has no underscore, the secret may.</remarks>
public interface IApiKeyGrain : IGrainWithStringKey
{
    /// <summary>Creates the key for the site <c>tenant/site</c>.</summary>
    /// <param name="siteKey">The site it is bound to.</param>
    /// <param name="name">What people call it, 1 to 120 characters.</param>
    /// <param name="secret">A secret to use instead of a random one, 16 to 128 characters without spaces, or null.</param>
    /// <param name="createdBy">User name.</param>
    /// <returns>The whole text of the key; not kept and never shown again.</returns>
    Task<CreatedApiKey> Create(string siteKey, string name, string? secret, string createdBy);

    /// <summary>Checks a secret in constant time.</summary>
    /// <returns>What the key opens, or null when it is unknown, revoked, or the secret is wrong.</returns>
    [ReadOnly] Task<ApiKeyInfo?> Verify(string secret);

    Task Revoke();
}

/// <summary>The keys of one site. Key: <c>tenant/site</c>.</summary>
public interface IApiKeyDirectoryGrain : IGrainWithStringKey
{
    [ReadOnly] Task<IReadOnlyList<ApiKeyInfo>> List();

    /// <summary>Called by a key when it is created or revoked. At most 50 keys a site that are not revoked; revoked ones are shown until newer ones need their place.</summary>
    /// <exception cref="Errors.NotFoundException">There is no such site.</exception>
    Task Set(ApiKeyInfo info);

    /// <summary>Called by a site that is deleted: its keys are revoked and forgotten.</summary>
    Task SiteDeleted();
}

public sealed record ApiKeyInfo(string Id, string Tenant, string Site, string Name, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt);

public sealed record CreatedApiKey(string Text, ApiKeyInfo Info);
