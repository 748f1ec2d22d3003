using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Orrery.Interfaces;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Users;

namespace Orrery.WebApi.Access;

/// <summary>Finds out who sent a token or key. Answers are remembered for the seconds that the options name, so most requests ask no grain.</summary>
internal sealed class SignIn(IClusterClient grains, IOptions<OrreryApiOptions> options, TimeProvider time)
{
    /// <summary>32 bytes in base64url.</summary>
    const int TokenLength = 43;
    const int KeyLengthMax = 200;

    readonly BoundedCache<string, CallerIdentity?> sessions = new(options.Value.SessionCacheEntriesMax, options.Value.SessionCacheDuration, time);
    readonly BoundedCache<string, CallerIdentity?> keys = new(options.Value.KeyCacheEntriesMax, options.Value.KeyCacheDuration, time);

    /// <summary>Whose session or key <paramref name="credential"/> is, or null.</summary>
    public Task<CallerIdentity?> FindAsync(string credential) =>
        credential.StartsWith(SignInScheme.KeyPrefix, StringComparison.Ordinal) ? FindKeyAsync(credential) : FindSessionAsync(credential);

    /// <summary>Opens a session, or answers null where user or password is wrong.</summary>
    /// <exception cref="Orrery.Interfaces.Errors.LimitReachedException">Too many wrong passwords for this user.</exception>
    public async Task<SessionInfo?> OpenAsync(string user, string password, string from) =>
        EntityKeys.IsPart(user) ? await grains.GetGrain<IUserGrain>(user).SignIn(password, from) : null;

    public async Task EndAsync(string token)
    {
        await grains.GetGrain<ISessionGrain>(HashOf(token)).End();
        sessions.Remove(HashOf(token));
    }

    /// <summary>Forgets what is remembered of a session, so that a changed password or role counts at once in this process.</summary>
    public void Forget(string token) => sessions.Remove(HashOf(token));

    Task<CallerIdentity?> FindSessionAsync(string token)
    {
        if (token.Length != TokenLength || !Base64Url.IsValid(token))
            return Nobody;
        return sessions.GetAsync(HashOf(token), async hash =>
            await grains.GetGrain<ISessionGrain>(hash).Get() is { } user ? CallerIdentity.OfUser(user) : null);
    }

    Task<CallerIdentity?> FindKeyAsync(string text)
    {
        int end = text.IndexOf('_', SignInScheme.KeyPrefix.Length);
        if (text.Length > KeyLengthMax || end < 0)
            return Nobody;
        string id = text[SignInScheme.KeyPrefix.Length..end];
        if (!EntityKeys.IsPart(id))
            return Nobody;
        // The cache knows keys by their hash: a memory dump shows none.
        return keys.GetAsync(HashOf(text), async _ =>
            await grains.GetGrain<IApiKeyGrain>(id).Verify(text[(end + 1)..]) is { RevokedAt: null } key ? CallerIdentity.OfKey(key) : null);
    }

    static Task<CallerIdentity?> Nobody { get; } = Task.FromResult<CallerIdentity?>(null);

    static string HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return Convert.ToHexStringLower(hash);
    }
}
