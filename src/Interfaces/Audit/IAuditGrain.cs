using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Audit;

/// <summary>
/// Who changed what, when and from where: of a tenant, or of everything. Key: the tenant's id, or <see cref="EntityKeys.Fleet"/>. Records are added and never changed; the newest can be listed here, and
/// all of them are in the topic <see cref="AuditRecord.Topic"/>, from which views and channels can read them.
/// </summary>
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Completes when the record is stored.</summary>
    Task Add(AuditRecord record);

    /// <summary>The newest first.</summary>
    /// <exception cref="InvalidInputException">A bound is wrong.</exception>
    [ReadOnly]
    Task<Page<AuditRecord>> List(AuditQuery query);

    /// <summary>Called by a tenant that is deleted: one of the same name begins with an empty list.</summary>
    Task TenantDeleted();
}

/// <summary>One change through the API.</summary>
/// <param name="At">When it was done.</param>
/// <param name="User">The signed-in name.</param>
/// <param name="Address">Where the request came from; empty where that is not known.</param>
/// <param name="Tenant">Whose things were changed; null: nobody's, or the vendor's.</param>
/// <param name="Action">Method and template of the endpoint, such as <c>PUT /tenants/{tenant}/boards/{board}</c>.</param>
/// <param name="Object">The path that was asked for, which names what was changed.</param>
/// <param name="What">In words, what the endpoint does.</param>
/// <param name="Detail">What only this change can say, such as what statements did; null: nothing. Holds no secrets.</param>
/// <param name="Version">The object's version afterwards, where it has one.</param>
/// <param name="IsCertain">False: the server failed or did not answer in time, and the change may have been made or not.</param>
public sealed record AuditRecord(DateTimeOffset At, string User, string Address, string? Tenant, string Action, string Object, string What, string? Detail, long? Version, bool IsCertain)
{
    /// <summary>Of the log: one record a change, as JSON; the key is the tenant's id, empty where it concerns none.</summary>
    public const string Topic = "audit";

    /// <summary>Counts up within the list; given by the list.</summary>
    public long Number { get; init; }
}

/// <summary>Which records.</summary>
/// <param name="Page">Its search looks into the user, the object, what was done and the detail.</param>
/// <param name="User">Only this user's; null: everybody's.</param>
/// <param name="From">Only from this moment on.</param>
/// <param name="To">Only before this moment.</param>
public sealed record AuditQuery(PageRequest Page, string? User = null, DateTimeOffset? From = null, DateTimeOffset? To = null);
