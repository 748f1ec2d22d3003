using Microsoft.AspNetCore.Authorization;
using Orrery.Interfaces.Users;

namespace Orrery.WebApi.Access;

/// <summary>Who may use an endpoint. Each endpoint names exactly one; which tenants' things are seen there is <see cref="Caller"/>'s affair.</summary>
internal static class Policies
{
    /// <summary>Everybody, signed in or not.</summary>
    public const string Open = "open";

    /// <summary>Signed in, or asked from the machine itself.</summary>
    public const string SignedInOrLocal = "signed-in-or-local";

    /// <summary>Any signed-in person.</summary>
    public const string Person = "person";

    /// <summary>Tenant administrators (in their tenant), operators, administrators.</summary>
    public const string TenantChange = "tenant-change";

    /// <summary>The vendor's operators and administrators.</summary>
    public const string VendorChange = "vendor-change";

    /// <summary>Administrators; tenant administrators for the users of their tenant.</summary>
    public const string UserChange = "user-change";

    /// <summary>A site's key.</summary>
    public const string SiteKey = "site-key";

    public static void Add(AuthorizationOptions options)
    {
        Add(options, Open, static (_, _) => true);
        Add(options, SignedInOrLocal, static (caller, http) => caller?.User is not null || (http.Connection.RemoteIpAddress is { } address && System.Net.IPAddress.IsLoopback(address)));
        Add(options, Person, static (caller, _) => caller?.User is not null);
        Add(options, TenantChange, static (caller, _) => caller?.Is(Role.TenantAdministrator, Role.Operator, Role.Administrator) ?? false);
        Add(options, VendorChange, static (caller, _) => caller?.Is(Role.Operator, Role.Administrator) ?? false);
        Add(options, UserChange, static (caller, _) => caller?.Is(Role.TenantAdministrator, Role.Administrator) ?? false);
        Add(options, SiteKey, static (caller, _) => caller?.Key is not null);
        // An endpoint that forgot to name its policy is open to nobody. What is no endpoint of ours (a path that does not exist, a method that is not there) may say so.
        options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(static context => (context.Resource as HttpContext)?.GetEndpoint() is not RouteEndpoint).Build();
    }

    static void Add(AuthorizationOptions options, string name, Func<CallerIdentity?, HttpContext, bool> allows) =>
        options.AddPolicy(name, policy => policy.RequireAssertion(context =>
            context.Resource is HttpContext http && allows((http.User as CallerPrincipal)?.Caller, http)));
}
