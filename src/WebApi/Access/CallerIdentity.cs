using Orrery.Interfaces;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Users;

namespace Orrery.WebApi.Access;

/// <summary>Who is asking: a signed-in person or a site's key. Never changes once made.</summary>
internal sealed class CallerIdentity
{
    CallerIdentity(string name, string? scope, UserInfo? user, ApiKeyInfo? key)
    {
        (Name, Scope, User, Key) = (name, scope, user, key);
        Principal = new CallerPrincipal(this);
    }

    /// <summary>The user's name, or <c>key:ID</c>. Names the caller in rate limits and in what grains record.</summary>
    public string Name { get; }

    /// <summary>The tenant or site whose keys the caller may name; null for the vendor's people, who may name all.</summary>
    public string? Scope { get; }

    public UserInfo? User { get; }

    public ApiKeyInfo? Key { get; }

    public CallerPrincipal Principal { get; }

    public static CallerIdentity OfUser(UserInfo user) => new(user.Name, user.Tenant, user, null);

    public static CallerIdentity OfKey(ApiKeyInfo key) => new($"key:{key.Id}", EntityKeys.Site(key.Tenant, key.Site), null, key);

    /// <summary>Whether the caller may know that <paramref name="key"/> (a tenant's, site's or server's) exists.</summary>
    public bool Sees(string key) => Scope is null
        || (key.StartsWith(Scope, StringComparison.Ordinal) && (key.Length == Scope.Length || key[Scope.Length] == '/'));

    /// <summary>Whether the caller is a person with one of <paramref name="roles"/>.</summary>
    public bool Is(params ReadOnlySpan<Role> roles) => User is { } user && roles.Contains(user.Role);
}
