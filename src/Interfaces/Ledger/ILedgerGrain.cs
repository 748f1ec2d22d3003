using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Ledger;

/// <summary>
/// The account of one channel: what each hop took, gave and rejected in each window, and where that does not come out even.
/// Key: <c>tenant/channel</c>, see <see cref="LedgerKeys.Channel"/>.
/// </summary>
public interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>Creates the channel or changes its definition. Repeating the same is harmless; hops call it at their start.</summary>
    /// <exception cref="Errors.NotFoundException">There is no such tenant.</exception>
    /// <exception cref="Errors.InvalidInputException">The definition breaks a bound, or a hop takes from one that does not stand before it.</exception>
    /// <exception cref="Errors.ConflictException">The window length differs and reports came already.</exception>
    Task Define(ChannelDefinition definition);

    /// <summary>Counts what hops did. Completes when it is stored. Reports of one instance in order.</summary>
    /// <returns>One answer a report, in order.</returns>
    /// <exception cref="Errors.NotFoundException">There is no such channel, or it has no such hop.</exception>
    /// <exception cref="Errors.ConflictException">A range leaves a hole after what was taken, or straddles its end. The message names both; see <see cref="LastOf"/>.</exception>
    /// <exception cref="Errors.LimitReachedException">More entries, instances or origins than a channel may have.</exception>
    Task<ReportAnswer[]> Report(HopReport[] reports);

    /// <summary>A source says that it reported everything of an origin up to and including the window of this stamp. Repeats and lower stamps are harmless.</summary>
    Task Seal(string origin, long stamp);

    /// <summary>Up to where an instance's reports were taken, or null where none was.</summary>
    [ReadOnly] Task<long?> LastOf(string hop, string instance);

    /// <summary>An instance is gone for good (fewer partitions, an agent taken away): nobody waits for it any more.</summary>
    Task Retire(string hop, string instance);

    /// <exception cref="Errors.NotFoundException">There is no such channel.</exception>
    [ReadOnly] Task<ChannelView> Get(int windowsMax = 60);

    [ReadOnly] Task<ChannelSummary> GetSummary();

    /// <summary>Gaps, newest first: all open ones, and the newest 1,000 closed ones.</summary>
    [ReadOnly] Task<Page<Gap>> ListGaps(bool? open, PageRequest page);

    /// <exception cref="Errors.NotFoundException">The channel has no such gap.</exception>
    [ReadOnly] Task<Gap> GetGap(string gap);

    /// <summary>Begins to compare both sides and to send exactly the missing again; how far it came is shown in <see cref="Gap.Repair"/>.</summary>
    /// <exception cref="Errors.ConflictException">The gap is closed, has nothing missing, is being repaired, or its hops cannot be asked.</exception>
    Task<Gap> Repair(string gap, string user);

    /// <summary>Ends an open gap that cannot be mended; the reason stays with it.</summary>
    Task<Gap> Accept(string gap, string user, string note);

    /// <summary>Forgets the channel.</summary>
    Task Delete();
}

/// <summary>The channels of a tenant. Key: the tenant's id.</summary>
public interface ILedgerDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Ids of the channels, in order.</summary>
    [ReadOnly] Task<IReadOnlyList<string>> List();

    /// <summary>Called by a ledger when its channel is defined or deleted. At most 500 channels a tenant.</summary>
    Task Set(string channel, bool exists);

    /// <summary>Called by a tenant that is deleted: its channels are forgotten.</summary>
    Task TenantDeleted();
}
