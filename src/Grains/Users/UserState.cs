using Orrery.Interfaces.Users;

namespace Orrery.Grains.Users;

sealed class UserState
{
    public UserInfo? Info { get; set; }

    public PasswordHash? Password { get; set; }

    /// <summary>Random; sessions carry it and end when it changes.</summary>
    public long Stamp { get; set; }

    /// <summary>Oldest first.</summary>
    public List<OpenSession> Sessions { get; set; } = [];

    public bool Deleting { get; set; }
}

/// <param name="Key">The session grain's key: the token's hash.</param>
/// <param name="ExpiresAt">UTC.</param>
sealed record OpenSession(string Key, DateTimeOffset ExpiresAt);

sealed class UserDirectoryState
{
    public Dictionary<string, UserInfo> Users { get; set; } = [];
}

sealed class SessionState
{
    public string User { get; set; } = "";

    public long Stamp { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}
