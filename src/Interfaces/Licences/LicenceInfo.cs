namespace Orrery.Interfaces.Licences;

/// <summary>What is granted.</summary>
/// <param name="Product">The product's id.</param>
/// <param name="Versions">Which versions of it, such as <c>9.*</c>; at most 50 characters. Null: all.</param>
/// <param name="ValidFrom">UTC, whole seconds.</param>
/// <param name="Expires">UTC, after <paramref name="ValidFrom"/>; null: never.</param>
/// <param name="GraceDays">For how many days it still holds, with a warning, once it has expired: 0 to 365.</param>
/// <param name="Users">How many people may use it at once; null: any number.</param>
/// <param name="Modules">1 to 200.</param>
/// <param name="Sites">Ids of the sites it is for, at most 200; none: all of the tenant's.</param>
/// <param name="Note">For the vendor's people, at most 2,000 characters; not in the licence.</param>
public sealed record LicenceTerms(
    string Product, string? Versions, DateTimeOffset ValidFrom, DateTimeOffset? Expires, int GraceDays, int? Users, IReadOnlyList<LicenceModule> Modules, IReadOnlyList<string> Sites, string? Note = null);

/// <param name="Name">The module's id.</param>
/// <param name="Users">How many people may use it at once; null: as many as the licence.</param>
public sealed record LicenceModule(string Name, int? Users = null);

/// <summary>Whether a licence holds, by the cloud's clock.</summary>
public enum LicenceState
{
    /// <summary>It holds.</summary>
    Active,

    /// <summary>It will hold.</summary>
    Future,

    /// <summary>It has expired, and holds for its days of grace.</summary>
    Grace,

    /// <summary>It has expired.</summary>
    Expired,

    /// <summary>It was taken back.</summary>
    Revoked,
}

/// <param name="Revision">Counts the signed texts, from 1.</param>
/// <param name="Revoked">Null: it is not.</param>
/// <param name="Version">Rises with each renewal and revocation: the ETag.</param>
public sealed record LicenceInfo(
    string Id, string Tenant, string Customer, LicenceTerms Terms, int Revision, LicenceState State, LicenceRevocation? Revoked, DateTimeOffset IssuedAt, string IssuedBy, long Version);

/// <param name="Reason">Why it was taken back.</param>
public sealed record LicenceRevocation(DateTimeOffset At, string By, string Reason);

/// <summary>A signed text that was issued.</summary>
public sealed record LicenceRevision(int Revision, DateTimeOffset At, string By, LicenceTerms Terms);

/// <summary>A licence in a line.</summary>
/// <param name="Key"><c>tenant/licence</c>.</param>
/// <param name="Modules">How many.</param>
/// <param name="RevokedRevision">All revisions up to this are taken back; 0: none.</param>
/// <param name="UsersInUse">As last told by its sites.</param>
/// <param name="IsOver">More is in use than is granted.</param>
public sealed record LicenceSummary(
    string Key, string Customer, string Product, DateTimeOffset ValidFrom, DateTimeOffset? Expires, int GraceDays, int? Users, int Modules, int Revision, int RevokedRevision, long Version, int UsersInUse, bool IsOver)
{
    /// <summary>Whether it holds at a moment.</summary>
    public LicenceState StateAt(DateTimeOffset now) => LicenceStates.At(now, ValidFrom, Expires, GraceDays, RevokedRevision >= Revision);
}

/// <summary>The one rule of when a licence holds.</summary>
public static class LicenceStates
{
    /// <summary>It holds from its first moment on and no more at its last.</summary>
    public static LicenceState At(DateTimeOffset now, DateTimeOffset validFrom, DateTimeOffset? expires, int graceDays, bool isRevoked) =>
        isRevoked ? LicenceState.Revoked
        : now < validFrom ? LicenceState.Future
        : expires is not { } end || now < end ? LicenceState.Active
        : now < end.AddDays(graceDays) ? LicenceState.Grace : LicenceState.Expired;
}

/// <summary>A public key that verifies licences.</summary>
/// <param name="Id">Named in the signature's line.</param>
/// <param name="Text">What programs are given: the id, a blank, and base64 of both coordinates, 64 bytes.</param>
/// <param name="Pem">The same as a PEM file.</param>
/// <param name="SignsNow">Whether new licences are signed with it.</param>
public sealed record LicenceKey(string Id, string Text, string Pem, DateTimeOffset CreatedAt, bool SignsNow);

/// <summary>What is in use at one server.</summary>
/// <param name="Users">People at once.</param>
/// <param name="Modules">People at once by module, 200 at most.</param>
public sealed record LicenceUse(int Users, IReadOnlyDictionary<string, int> Modules);

/// <summary>What is in use at all servers that told of it within a day, against what is granted.</summary>
/// <param name="Users">In all; servers are summed up.</param>
/// <param name="Modules">By name: those that are granted, and those that are in use though they are not.</param>
/// <param name="Servers">Which servers told, the newest first.</param>
/// <param name="Peaks">The most users of each day (UTC), the newest last; 400 days at most.</param>
public sealed record LicenceUsage(int Users, int? Granted, IReadOnlyList<ModuleUsage> Modules, IReadOnlyList<ServerUse> Servers, IReadOnlyList<UsePeak> Peaks)
{
    /// <summary>Whether more is in use than is granted.</summary>
    public bool IsOver => Users > Granted || Modules.Any(static module => module.IsOver);
}

/// <param name="Users">In use.</param>
/// <param name="Granted">Null: any number, where it is granted at all.</param>
/// <param name="IsGranted">Whether the licence has the module.</param>
public sealed record ModuleUsage(string Name, int Users, int? Granted, bool IsGranted)
{
    /// <summary>Whether more is in use than is granted.</summary>
    public bool IsOver => IsGranted ? Users > Granted : Users > 0;
}

/// <param name="Server"><c>tenant/site/server</c>.</param>
public sealed record ServerUse(string Server, DateTimeOffset At, int Users);

/// <param name="Day">Its first moment, UTC.</param>
public sealed record UsePeak(DateTimeOffset Day, int Users);
