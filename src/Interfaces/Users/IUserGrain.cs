using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Users;

/// <summary>What a user may do.</summary>
public enum Role
{
    /// <summary>Reads what belongs to the user's tenant, or everything when the user has none.</summary>
    Viewer,

    /// <summary>Changes everything within one tenant: sites, keys, rules, alarms, and the tenant's users.</summary>
    TenantAdministrator,

    /// <summary>The vendor's operator: everything in every tenant but users.</summary>
    Operator,

    /// <summary>Everything.</summary>
    Administrator,
}

/// <summary>A person who signs in. Key: the user's name, see <see cref="EntityKeys"/>.</summary>
public interface IUserGrain : IGrainWithStringKey
{
    /// <exception cref="Errors.ConflictException">It exists.</exception>
    Task<UserInfo> Create(UserDraft draft, string password);

    [ReadOnly] Task<UserInfo> Get();

    Task<UserInfo> Update(UserDraft draft, long? version);

    /// <summary>Sets a new password and ends the user's sessions. At least 10 characters.</summary>
    Task SetPassword(string password);

    /// <summary>The user changes the own password.</summary>
    /// <exception cref="Errors.InvalidInputException">The current one is wrong or the next one too short.</exception>
    Task ChangePassword(string current, string next);

    /// <summary>Checks the password and opens a session. After 10 wrong ones in a row the account pauses for a minute.</summary>
    /// <returns>The session, or null when user or password is wrong.</returns>
    /// <exception cref="Errors.LimitReachedException">Too many wrong passwords; says how long to wait.</exception>
    Task<SessionInfo?> SignIn(string password, string from);

    Task Delete(long? version);

    /// <summary>The user, if it still has this stamp: a stamp ends with each change of password, role or tenant, and with the user. Called by sessions.</summary>
    [AlwaysInterleave] Task<UserInfo?> FindByStamp(long stamp);
}

/// <summary>All users. One grain, key <see cref="EntityKeys.Fleet"/>.</summary>
public interface IUserDirectoryGrain : IGrainWithStringKey
{
    /// <param name="request">Which page.</param>
    /// <param name="tenant">Only this tenant's users; null lists all.</param>
    [ReadOnly] Task<Page<UserInfo>> List(PageRequest request, string? tenant);

    /// <summary>Called by a user that is created, changed (info) or deleted (null).</summary>
    /// <exception cref="Errors.ConflictException">No administrator would be left.</exception>
    Task Set(string user, UserInfo? info);
}

/// <summary>A signed-in session. Key: the SHA-256 of the token, in hexadecimal; the token itself is never stored.</summary>
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Called by the user who signed in.</summary>
    Task Open(string user, long stamp, DateTimeOffset expiresAt);

    /// <returns>Who is signed in, or null when the session is unknown, ended or expired, or the user was changed or deleted since.</returns>
    [ReadOnly] Task<UserInfo?> Get();

    Task End();
}

/// <param name="Name">Sign-in name.</param>
/// <param name="DisplayName">1 to 120 characters.</param>
/// <param name="Role">What the user may do.</param>
/// <param name="Tenant">The tenant the user is bound to; null for the vendor's people. Required for tenant administrators; administrators and operators have none.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastSignInAt">UTC, or null.</param>
/// <param name="Version">The ETag.</param>
public sealed record UserInfo(string Name, string DisplayName, Role Role, string? Tenant, DateTimeOffset CreatedAt, DateTimeOffset? LastSignInAt, long Version);

public sealed record UserDraft(string DisplayName, Role Role, string? Tenant);

/// <param name="Token">Opaque, 32 random bytes in base64url: sent as cookie or bearer.</param>
/// <param name="ExpiresAt">UTC.</param>
/// <param name="User">Who signed in.</param>
public sealed record SessionInfo(string Token, DateTimeOffset ExpiresAt, UserInfo User);
