namespace Orrery.Interfaces.AccountSets;

/// <summary>What an account set is at.</summary>
public enum AccountSetState
{
    /// <summary>People work in it.</summary>
    Active,

    /// <summary>It is closed for now.</summary>
    Suspended,

    /// <summary>It is kept to be read.</summary>
    Archived,
}

/// <summary>What somebody says of an account set: a person, or the server that has it.</summary>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Product">A registered product's id, or null.</param>
/// <param name="Version">Of the product, or null.</param>
/// <param name="State">What it is at.</param>
/// <param name="Databases">At most 20.</param>
/// <param name="LastBackupAt">When it was last backed up, or null.</param>
/// <param name="Users">How many may work in it, or null.</param>
public sealed record AccountSetFacts(string Name, string? Product, string? Version, AccountSetState State, IReadOnlyList<AccountSetDatabase> Databases, DateTimeOffset? LastBackupAt, int? Users);

/// <param name="Kind"><c>mysql</c>, <c>mariadb</c>, <c>postgresql</c>, <c>sqlserver</c>, <c>oracle</c> or <c>sqlite</c>.</param>
/// <param name="Server">Its host as the site names it, 1 to 200 characters.</param>
/// <param name="Name">Of the database, 1 to 200 characters.</param>
/// <param name="SizeBytes">On disk, or null.</param>
public sealed record AccountSetDatabase(string Kind, string Server, string Name, long? SizeBytes);

/// <param name="Number">At the site.</param>
/// <param name="Facts">What the server says.</param>
public sealed record ReportedAccountSet(string Number, AccountSetFacts Facts);

/// <summary>An account set: what is registered beside what is reported.</summary>
/// <param name="Number">Its number or id at the site.</param>
/// <param name="Site">The site's key.</param>
/// <param name="Registered">Null: nobody registered it, a server reports it.</param>
/// <param name="Reported">Null: no server reports it.</param>
/// <param name="ReportedBy">The server's id; null: none.</param>
/// <param name="ReportedAt">When it was last reported.</param>
/// <param name="Drift">Where what is reported differs from what is registered; sizes, backups and users are measured and do not count.</param>
/// <param name="DriftSince">Since when; null: it does not, or there is nothing to compare.</param>
/// <param name="Version">The ETag of what is registered; 0: nothing is.</param>
public sealed record AccountSetInfo(
    string Number, string Site, AccountSetFacts? Registered, AccountSetFacts? Reported, string? ReportedBy, DateTimeOffset? ReportedAt, IReadOnlyList<AccountSetDifference> Drift, DateTimeOffset? DriftSince, long Version);

/// <param name="Field">Such as <c>version</c> or <c>databases</c>.</param>
/// <param name="Registered">For people; null: nothing.</param>
/// <param name="Reported">For people; null: nothing.</param>
public sealed record AccountSetDifference(string Field, string? Registered, string? Reported);

/// <summary>An account set in a line: what is reported goes before what is registered.</summary>
/// <param name="Key"><c>tenant/site/number</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Product">Its product's id, or null.</param>
/// <param name="Version">Of the product, or null.</param>
/// <param name="State">What it is at.</param>
/// <param name="Databases">Their names.</param>
/// <param name="SizeBytes">Of all databases, as far as known.</param>
/// <param name="LastBackupAt">Or null.</param>
/// <param name="Users">Or null.</param>
/// <param name="Standing">Registered, reported, or both.</param>
public sealed record AccountSetSummary(
    string Key, string Name, string? Product, string? Version, AccountSetState State, string Databases, long SizeBytes, DateTimeOffset? LastBackupAt, int? Users, AccountSetStanding Standing);

/// <summary>How what is registered and what is reported stand to each other.</summary>
public enum AccountSetStanding
{
    /// <summary>Both are there and agree.</summary>
    Agreed,

    /// <summary>Both are there and differ.</summary>
    Drifted,

    /// <summary>It is registered, and no server reports it.</summary>
    Unreported,

    /// <summary>A server reports it, and nobody registered it.</summary>
    Unregistered,
}

/// <summary>Which account sets are wanted; what is null is not asked for.</summary>
/// <param name="Owner">A tenant's id or a site's key.</param>
/// <param name="Product">A product's id.</param>
/// <param name="Version">A version.</param>
/// <param name="Standing">How registered and reported stand.</param>
/// <param name="Versions">Only these, as <c>product version</c>.</param>
/// <param name="BackupBefore">Only those without a backup since.</param>
public sealed record AccountSetFilter(
    string? Owner = null, string? Product = null, string? Version = null, AccountSetStanding? Standing = null, IReadOnlyList<string>? Versions = null, DateTimeOffset? BackupBefore = null);
