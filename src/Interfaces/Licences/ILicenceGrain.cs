using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Licences;

/// <summary>What a tenant may use of a product, and for how long: a signed text that programs at the tenant's sites verify without asking anybody. Key: <c>tenant/licence</c>.</summary>
public interface ILicenceGrain : IGrainWithStringKey
{
    /// <exception cref="NotFoundException">There is no such licence.</exception>
    [ReadOnly] Task<LicenceInfo> Get();

    /// <summary>Issues it, or renews it with other terms: the next revision, signed. A revoked licence that is renewed holds again, by its new revision only.</summary>
    /// <param name="version">The version that is changed; null: whatever is there, also nothing.</param>
    /// <exception cref="InvalidInputException">A term cannot be.</exception>
    /// <exception cref="VersionMismatchException">It is at another version.</exception>
    /// <exception cref="LimitReachedException">The tenant has as many licences, or this one as many revisions, as it may have.</exception>
    Task<LicenceInfo> Put(LicenceTerms terms, string user, long? version);

    /// <summary>Takes back all revisions so far. Sites that are connected hear of it with their next refresh, others when they are connected again.</summary>
    /// <param name="reason">1 to 500 characters.</param>
    /// <exception cref="ConflictException">It is revoked already.</exception>
    Task<LicenceInfo> Revoke(string reason, string user, long? version);

    /// <summary>All revisions, the newest first.</summary>
    [ReadOnly] Task<IReadOnlyList<LicenceRevision>> Revisions();

    /// <summary>The signed text of a revision; null: of the newest.</summary>
    /// <exception cref="NotFoundException">There is no such revision.</exception>
    [ReadOnly] Task<string> Text(int? revision);

    /// <summary>What is in use at a server now. Kept in memory between writes: at most once a minute it is stored.</summary>
    /// <exception cref="InvalidInputException">A number is negative, or modules are too many.</exception>
    Task Use(string server, LicenceUse use);

    /// <summary>What is in use against what is granted.</summary>
    [ReadOnly] Task<LicenceUsage> Usage();

    /// <summary>Called by the list of a tenant that is deleted.</summary>
    Task TenantDeleted();
}

/// <summary>The licences of a tenant, or of all. Key: the tenant's id, or <see cref="EntityKeys.Fleet"/>.</summary>
public interface ILicenceDirectoryGrain : IGrainWithStringKey
{
    /// <summary>By key.</summary>
    /// <param name="request">Searches in key, product and customer.</param>
    /// <param name="endsWithinDays">Only those that are not revoked and end within so many days, or have ended; null: all.</param>
    [ReadOnly] Task<Page<LicenceSummary>> List(PageRequest request, int? endsWithinDays);

    /// <summary>Called by a licence that changed (summary) or is gone (null). At most 200 a tenant, 20,000 in all.</summary>
    /// <param name="key">The licence's.</param>
    /// <param name="text">Its newest signed text, kept by the tenant's list only.</param>
    Task Set(string key, LicenceSummary? summary, string? text);

    /// <summary>What a site asks for: a signed statement of the moment and of what was revoked, then every licence that is not.</summary>
    /// <param name="nonce">Given back in the statement, which proves that it is not an old one: at most 64 letters and digits.</param>
    Task<string> Statement(string nonce);

    /// <summary>Called by a tenant that is deleted: its licences go with it.</summary>
    Task TenantDeleted();
}

/// <summary>Signs licences. One grain, key <see cref="EntityKeys.Fleet"/>. Private keys are stored sealed and never leave it.</summary>
public interface ILicenceSignerGrain : IGrainWithStringKey
{
    /// <summary>Public keys, the one that signs now first. The first is made when it is asked for.</summary>
    Task<IReadOnlyList<LicenceKey>> Keys();

    /// <summary>The text with its last line: <c>signature: KEY BASE64</c>, of ECDSA on P-256 over SHA-256 of the text's UTF-8.</summary>
    /// <param name="text">Lines that end with a line feed.</param>
    Task<string> Sign(string text);

    /// <summary>Signs with a new key from now on. What was signed before stays good for programs that know the older key.</summary>
    /// <exception cref="LimitReachedException">There were 20 keys.</exception>
    Task<IReadOnlyList<LicenceKey>> Rotate();
}
